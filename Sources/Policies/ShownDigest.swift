import Front
import Hashing
import JSONText
import Plans

/// What of a request its client is known by. A value.
struct ShownDigest: RequestInputVisitor {
  var digest = Digest()

  mutating func begin(_ input: ScopeName) { digest.update(counted: input.rawValue) }

  mutating func take(_ name: String, _ value: String?) {
    digest.update(counted: name)
    digest.update((value == nil ? 0 : 1) as UInt8)
    if let value { digest.update(counted: value) }
  }

  mutating func take(_ name: String, list: [String]) {
    digest.update(counted: name)
    digest.update(list.count)
    for value in list { digest.update(counted: value) }
  }

  mutating func take(_ name: String, json: JSONValue?) {
    guard let json else { return take(name, nil) }
    var writer = JSONWriter()
    writer.write(json)
    take(name, String(decoding: writer.bytes, as: UTF8.self))
  }

  mutating func take(_ input: ScopeName, whole: JSONValue?) { take(input.rawValue, json: whole) }

  /// No provider reads it.
  mutating func take(body: [UInt8]) {}
}

import JSONText
import NIOHTTP1

/// A whole request as an endpoint sees it.
struct ShopRequest: Sendable {
  let method: HTTPMethod
  /// Split at `/` and percent-decoded; one `/` at the end is left out.
  let segments: [String]
  /// The first value of each name, percent-decoded.
  let query: [String: String]
  let body: [UInt8]
  let headers: HTTPHeaders
  /// What the endpoint's pattern named, in its order.
  var captures: [String] = []

  /// Fails where an escape is broken or does not give UTF-8.
  init?(method: HTTPMethod, target: String, body: [UInt8], headers: HTTPHeaders = [:]) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].first == "/" else { return nil }
    var segments: [String] = []
    for segment in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let decoded = ShopRequest.decoded(segment, plusIsSpace: false) else { return nil }
      segments.append(decoded)
    }
    if segments.count > 1, segments.last == "" { segments.removeLast() }
    var query: [String: String] = [:]
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = ShopRequest.decoded(sides[0], plusIsSpace: true),
        let value = ShopRequest.decoded(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
      else { return nil }
      if query[name] == nil { query[name] = value }
    }
    self.method = method
    self.segments = segments
    self.query = query
    self.body = body
    self.headers = headers
  }

  /// The body.
  func json() throws(ShopRefusal) -> JSONSlice {
    do throws(JSONError) {
      return try JSONText(body).root
    } catch {
      throw ShopRefusal(.badRequest, "the body is not JSON: \(error)")
    }
  }

  /// `nil` where there is none, or there are several.
  var idempotencyKey: String? {
    let keys = headers["Idempotency-Key"]
    return keys.count == 1 ? keys[0] : nil
  }

  /// The number of a query parameter, or `standard` where it is missing; `nil` where it is no number in `range`.
  func number(_ name: String, within range: ClosedRange<Int>, standard: Int) -> Int? {
    guard let text = query[name] else { return standard }
    guard let number = Int(text), range.contains(number) else { return nil }
    return number
  }

  /// The values of a comma-separated query parameter.
  func list(_ name: String) -> [String]? {
    query[name]?.split(separator: ",").map(String.init)
  }

  private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = hexValue(rest.next()), let low = hexValue(rest.next()) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexValue(_ digit: UInt8?) -> UInt8? {
    switch digit {
    case .some(let digit) where (0x30...0x39).contains(digit): digit - 0x30
    case .some(let digit) where (0x41...0x46).contains(digit & 0xDF): (digit & 0xDF) - 0x41 + 10
    default: nil
    }
  }
}

import Hashing
import Logging
import NIOCore

@testable import Idempotency

func hash(_ text: String) -> Hash256 {
  var digest = Digest()
  digest.update(counted: text)
  return Hash256(digest)
}

func request(_ key: String, _ content: String = "POST /a") -> KeyedRequest {
  KeyedRequest(key: hash(key), content: hash(content))
}

func answer(_ body: String, status: Int = 201, _ fields: KeyValuePairs<String, String> = [:]) -> KeptAnswer {
  var kept = KeptFields()
  for (name, value) in fields { kept.append(name, value) }
  return KeptAnswer(status: status, fields: kept, body: ByteBuffer(string: body))
}

extension KeptFields {
  mutating func append(_ name: String, _ value: String) {
    Array(name.utf8).withUnsafeBufferPointer { name in
      Array(value.utf8).withUnsafeBufferPointer { value in append(name, value) }
    }
  }
}

extension NIODeadline {
  static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  static func + (time: NIODeadline, seconds: Int) -> NIODeadline { time + .seconds(Int64(seconds)) }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

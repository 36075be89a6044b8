import JSONText
import Timing

extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
  static func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { .number(JSONNumber(Int($0.nanoseconds / 1_000_000))) } ?? .null
  }
}

/// The labels of a series as they are written, made once: `route="GET /x",method="GET"`. A value.
package struct LabelText: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// - Parameter labels: names as metrics may have them; values are whatever a definition says, and escaped here.
  package init(dictionaryLiteral labels: (String, String)...) {
    for (name, value) in labels { append(name, value) }
  }

  /// The same and one more.
  package func and(_ name: String, _ value: String) -> LabelText {
    var longer = self
    longer.append(name, value)
    return longer
  }

  package mutating func append(_ name: String, _ value: String) {
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    bytes += name.utf8
    bytes += "=\"".utf8
    Self.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a text so that it ends neither a label's value nor a line.
  static func append(_ text: String, escapesQuotes: Bool = true, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\"") where escapesQuotes: bytes += "\\\"".utf8
      default: bytes.append(byte)
      }
    }
  }
}

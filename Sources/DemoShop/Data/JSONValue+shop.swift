import JSONText

extension JSONValue {
  static func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

  /// Two decimals, always: `1.10`.
  static func number(_ value: Hundredths) -> JSONValue {
    .verbatim(value.text)
  }

  /// JSON text that is kept as it is written; `null` where it is none.
  static func verbatim(_ text: String) -> JSONValue {
    (try? JSONText(string: text)).map { .slice($0.root) } ?? .null
  }

  /// As it is sent.
  var rendered: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}

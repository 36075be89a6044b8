/// What a path means, by decoding it whole and looking at the result: slow, plain, and nothing of it shared with the
/// gateway.
enum PathOracle {
  /// `nil` where an escape is none.
  static func decoded(_ bytes: some Collection<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        result.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      result.append(UInt8(high * 16 + low))
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> Int? {
    byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
  }

  /// Whether some reader could walk up or stay in place: pieces between slashes and backslashes, encoded or not, with
  /// or without their parameters.
  static func hasDotSegment(_ path: [UInt8]) -> Bool {
    var text = String(decoding: path.map { $0 < 0x80 ? $0 : UInt8(ascii: "x") }, as: UTF8.self)
    for separator in ["%2F", "%2f", "%5C", "%5c", "\\"] { text = text.replacing(separator, with: "/") }
    return text.split(separator: "/").contains { piece in
      [piece, piece.prefix { $0 != ";" }].contains {
        let name = decoded($0.utf8) ?? []
        return name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8)
      }
    }
  }

  /// The rule for what a client may send (docs/operations.md, "What is refused").
  static func isGood(_ path: [UInt8]) -> Bool {
    guard path.first == UInt8(ascii: "/"), let text = decoded(path), String(validating: text, as: UTF8.self) != nil,
      !text.contains(where: { [0, 0x0A, 0x0D].contains($0) })
    else { return false }
    return !hasDotSegment(path)
  }
}

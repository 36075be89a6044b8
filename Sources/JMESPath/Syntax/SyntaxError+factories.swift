extension SyntaxError {
  static func tooDeep(limit: Int, at offset: Int) -> SyntaxError {
    SyntaxError(.limit, "the expression has more than \(limit) levels", at: offset)
  }

  static func tooLong(limit: Int, at offset: Int) -> SyntaxError {
    SyntaxError(.limit, "the expression has more than \(limit) bytes", at: offset)
  }

  static func quote(_ scalar: Unicode.Scalar) -> String {
    scalar.value < 0x20 || scalar.value == 0x7F ? "U+\(String(scalar.value, radix: 16))" : "'\(Character(scalar))'"
  }
}

extension SyntaxError {
  /// The line of `text` where the fault is, and below it a caret, as compilers print it. `text` is what was given to
  /// the compiler.
  public func caret(in text: String) -> String {
    let bytes = Array(text.utf8)
    let at = min(max(0, offset), bytes.count)
    let start = bytes[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
    let before = String(decoding: bytes[start..<at], as: UTF8.self)
    let line = String(decoding: bytes[start..<end], as: UTF8.self)
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    return "\(line)\n\(indent)^ \(message)" + (hint.map { "\n\(indent)  \($0)" } ?? "")
  }
}

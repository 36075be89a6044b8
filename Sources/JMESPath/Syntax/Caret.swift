/// Shows a place in a text as compilers do.
enum Caret {
  /// The line that holds the place, below it a caret with the message, below that the hint.
  static func render(_ text: String, offset: Int, message: String, hint: String?) -> String {
    let (line, before) = self.line(text, offset)
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    return "\(line)\n\(indent)^ \(message)" + (hint.map { "\n\(indent)  \($0)" } ?? "")
  }

  /// The line that holds the place, and the part of it that stands before it.
  static func line(_ text: String, _ offset: Int) -> (line: String, before: String) {
    let bytes = Array(text.utf8)
    let at = min(max(0, offset), bytes.count)
    let start = bytes[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count
    return (String(decoding: bytes[start..<end], as: UTF8.self), String(decoding: bytes[start..<at], as: UTF8.self))
  }
}

extension EvaluationError {
  /// The line of `text` where the failing part begins, and below it a caret, as compilers print it. `text` is what was
  /// given to the compiler.
  public func caret(in text: String) -> String {
    Caret.render(text, offset: offset, message: message, hint: nil)
  }

  /// Where the failing part begins in its line of `text`, in characters from 1.
  public func column(in text: String) -> Int {
    Caret.line(text, offset).before.count + 1
  }
}

extension SyntaxError {
  /// The line of `text` where the fault is, and below it a caret, as compilers print it. `text` is what was given to
  /// the compiler.
  public func caret(in text: String) -> String {
    Caret.render(text, offset: offset, message: message, hint: hint)
  }

  /// Where the fault is in its line of `text`, in characters from 1.
  public func column(in text: String) -> Int {
    Caret.line(text, offset).before.count + 1
  }
}

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

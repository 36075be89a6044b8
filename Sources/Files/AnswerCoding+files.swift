import Messages

extension AnswerCoding {
  /// Of a file that has it, behind the name of the one that it was made of.
  var ending: String {
    switch self {
    case .br: ".br"
    case .zstd: ".zst"
    case .gzip: ".gz"
    }
  }
}

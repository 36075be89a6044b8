import Plans

/// A segment of a path of the document.
struct PathPiece {
  /// Encoded; `nil` of a parameter.
  let literal: String?
  let parameter: String?

  /// As documents write it.
  init(_ text: String) {
    let isParameter = BackendOperation.isParameter(text)
    literal = isParameter ? nil : text
    parameter = isParameter ? String(text.dropFirst().dropLast()) : nil
  }

  init(_ segment: PathPattern.Segment) {
    parameter = segment.captureName
    if case .literal(let text) = segment {
      var bytes: [UInt8] = []
      Array(text.utf8).withUnsafeBytes { PercentEncoding.appendValue($0, to: &bytes) }
      literal = String(decoding: bytes, as: UTF8.self)
    } else {
      literal = nil
    }
  }

  /// For the name of an operation.
  var words: [String] {
    let text = literal ?? parameter ?? ""
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map { String($0).capitalizedWord }
    return parameter == nil ? words : ["By"] + words
  }
}

extension PathPattern {
  var pieces: [PathPiece] { segments.map { PathPiece($0) } }
}

extension String {
  /// With its first letter in upper case.
  var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

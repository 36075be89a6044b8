/// A route's path, split at `/`. `/a/` has a last, empty literal; `/` is one empty literal.
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
  package enum Segment: Hashable, Sendable {
    /// Percent-decoded.
    case literal(String)
    /// `:name`: exactly one segment, not empty.
    case parameter(String)
    /// `*name`: the rest of the path, possibly empty, with its own escapes; only at the end.
    case rest(String)

    /// `nil` of a literal.
    package var captureName: String? {
      switch self {
      case .literal: nil
      case .parameter(let name), .rest(let name): name
      }
    }
  }

  package var segments: [Segment]

  package init(segments: [Segment]) {
    self.segments = segments
  }

  package var captureNames: [String] { segments.compactMap(\.captureName) }

  package var description: String {
    segments.map {
      switch $0 {
      case .literal(let text): "/\(text)"
      case .parameter(let name): "/:\(name)"
      case .rest(let name): "/*\(name)"
      }
    }.joined()
  }
}

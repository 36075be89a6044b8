extension RequestTemplate {
  /// A segment of the path, as far as it is the same for every request.
  package enum Segment: Hashable, Sendable {
    /// Encoded.
    case literal(String)
    case value
    /// What the route's `*rest` has captured; the last one.
    case rest
  }

  /// The path by its segments.
  package var segments: [Segment] {
    path.flatMap { step -> [Segment] in
      switch step {
      case .literal(let bytes):
        return String(decoding: bytes, as: UTF8.self).dropFirst()
          .split(separator: "/", omittingEmptySubsequences: false).map { .literal(String($0)) }
      case .segment(let parts):
        if parts.count == 1, case .rest = parts[0] { return [.rest] }
        return [.value]
      }
    }
  }
}

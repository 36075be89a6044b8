/// The way back from a backend's paths to a route's: the inverse of a proxy's path template, for what a backend says of
/// its own places. A value.
package struct PlaceMap: Sendable {
  /// The template has no inverse.
  package struct Irreversible: Error {
    /// What stands in the way, for people.
    package let reason: String
  }

  private enum Step: Sendable, Equatable {
    /// Encoded.
    case literal([UInt8])
    case capture(String)
    /// The last one.
    case rest(String)
  }

  /// One for each segment of the backend's path.
  private let steps: [Step]
  private let pattern: PathPattern
  /// What the backend's addresses put before it, the longest first.
  private let basePaths: [[UInt8]]

  package init(
    _ request: RequestTemplate, back pattern: PathPattern, basePaths: [String]
  ) throws(Irreversible) {
    self.pattern = pattern
    self.basePaths = Set(basePaths).map { Array($0.utf8) }.sorted { $0.count > $1.count }
    guard !request.query.contains(where: \.holdsValue) else {
      throw Irreversible(reason: "its query holds values that the path alone does not tell")
    }
    var steps: [Step] = []
    for part in request.path {
      switch part {
      case .literal(let bytes): steps += Self.segments(of: bytes[...]).map { .literal(Array($0)) }
      case .segment(let parts): steps.append(try Self.step(parts, pattern.captureNames))
      }
    }
    if steps.isEmpty { steps = [.literal([])] }
    for (place, step) in steps.enumerated() {
      if case .rest(let name) = step, place < steps.count - 1 {
        throw Irreversible(reason: "`\(name)` does not end its path")
      }
    }
    self.steps = steps
  }

  private static func step(
    _ parts: [RequestTemplate.SegmentPart], _ captures: [String]
  ) throws(Irreversible) -> Step {
    guard parts.count == 1 else { throw Irreversible(reason: "a segment of its path is more than one capture") }
    switch parts[0] {
    case .literal(let bytes): return .literal(bytes)
    case .value(let expression):
      guard let name = captures.first(where: expression.isCapture) else {
        throw Irreversible(reason: "`${\(expression.source)}` in its path is no capture of the route")
      }
      return .capture(name)
    case .rest(let expression):
      guard let name = captures.first(where: expression.isCapture) else {
        throw Irreversible(reason: "`${\(expression.source)}` in its path is no capture of the route")
      }
      return .rest(name)
    }
  }

  /// Returns the route's path that leads to a path of the backend, both in their escapes; `nil` where none does, or it
  /// can't be told.
  /// - Parameter captures: of the request, for what the backend's path does not have.
  package func route(
    to path: some Collection<UInt8>, _ captures: [(name: String, value: String)]
  ) -> [UInt8]? {
    let bytes = Array(path)
    guard bytes.first == UInt8(ascii: "/"), !PercentEncoding.hasDotSegment(bytes) else { return nil }
    for base in basePaths where bytes.starts(with: base) {
      let rest = bytes.dropFirst(base.count)
      guard rest.isEmpty || rest.first == UInt8(ascii: "/") else { continue }
      if let found = found(in: Self.segments(of: rest)) { return target(found, captures) }
    }
    return nil
  }

  /// The values of captures; an empty list of a rest that is not there.
  private func found(in segments: [ArraySlice<UInt8>]) -> [String: [ArraySlice<UInt8>]]? {
    var found: [String: [ArraySlice<UInt8>]] = [:]
    var place = 0
    for step in steps {
      switch step {
      case .rest(let name):
        found[name] = Array(segments[place...])
        return found
      case .literal(let bytes):
        guard place < segments.count, segments[place].elementsEqual(bytes) else { return nil }
      case .capture(let name):
        guard place < segments.count, !segments[place].isEmpty, found[name].map({ $0 == [segments[place]] }) ?? true
        else { return nil }
        found[name] = [segments[place]]
      }
      place += 1
    }
    return place == segments.count ? found : nil
  }

  private func target(
    _ found: [String: [ArraySlice<UInt8>]], _ captures: [(name: String, value: String)]
  ) -> [UInt8]? {
    var target: [UInt8] = []
    for segment in pattern.segments {
      switch segment {
      case .literal(let text):
        target.append(UInt8(ascii: "/"))
        Array(text.utf8).withUnsafeBytes { PercentEncoding.appendValue($0, to: &target) }
      case .parameter(let name), .rest(let name):
        if let values = found[name] {
          for value in values { target += [UInt8(ascii: "/")] + value }
        } else if let value = captures.first(where: { $0.name == name })?.value {
          target.append(UInt8(ascii: "/"))
          let isRest = if case .rest = segment { true } else { false }
          Array(value.utf8).withUnsafeBytes {
            if isRest {
              PercentEncoding.appendEncoded($0, keeping: PercentEncoding.path, to: &target)
            } else {
              PercentEncoding.appendValue($0, to: &target)
            }
          }
        } else {
          return nil
        }
      }
    }
    if target.isEmpty { target.append(UInt8(ascii: "/")) }
    // Browsers take the beginning of a host for it.
    if target.count > 1, target[1] == UInt8(ascii: "/") || target[1] == UInt8(ascii: "\\") { return nil }
    return target
  }

  /// What stands behind each slash; none of an empty path.
  private static func segments(of path: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    path.isEmpty ? [] : path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  }
}

extension RequestTemplate.QueryStep {
  fileprivate var holdsValue: Bool {
    switch self {
    case .literal: false
    case .value, .mixed: true
    }
  }
}

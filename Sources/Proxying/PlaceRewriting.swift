import Front
import Plans

/// Tells clients of a backend's places by the paths of its route (`rewriteLocation`). A value; costs nothing where it is
/// not asked for.
struct PlaceRewriting: Sendable {
  private let places: PlaceMap
  private let captures: [(name: String, value: String)]
  /// Hosts with their ports that are the backend, in lower case.
  private let authorities: [String]

  init(_ places: PlaceMap, _ authorities: [String], _ request: IncomingRequest, keepsHost: Bool) {
    self.places = places
    captures = request.captures
    self.authorities = keepsHost ? authorities + [request.authority.lowercased()] : authorities
  }

  /// Returns the field's value as clients are to read it; `nil`: as it is.
  func value(of name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    switch name.count {
    case 8 where HeaderName.equals(name, "location"): location(Self.trimmed(value[...]))
    case 16 where HeaderName.equals(name, "content-location"): location(Self.trimmed(value[...]))
    case 10 where HeaderName.equals(name, "set-cookie"): cookie(value)
    default: nil
    }
  }

  /// A path, or a URL of the backend; what stands behind the path stays.
  private func location(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    var path = value
    if let authority = Self.authority(of: value) {
      guard authorities.contains(String(decoding: authority, as: UTF8.self).lowercased()) else { return nil }
      path = value[authority.endIndex...]
    }
    let end = path.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? path.endIndex
    let root: [UInt8] = [UInt8(ascii: "/")]
    let target = end == path.startIndex ? places.route(to: root, captures) : places.route(to: path[..<end], captures)
    return target.map { $0 + path[end...] }
  }

  /// What stands between `//` and the path; `nil` where there is none.
  private static func authority(
    of value: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Slice<UnsafeBufferPointer<UInt8>>? {
    var start = value.startIndex
    for scheme in ["http:", "https:"]
    where value.count > scheme.utf8.count && zip(value, scheme.utf8).allSatisfy({ HeaderName.lower($0) == $1 }) {
      start = value.index(value.startIndex, offsetBy: scheme.utf8.count)
    }
    guard value[start...].starts(with: "//".utf8) else { return nil }
    let rest = value[start...].dropFirst(2)
    return rest.prefix { !"/?#\\".utf8.contains($0) }
  }

  /// Of each `Path` its value.
  private func cookie(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var isChanged = false
    let parts = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part -> [UInt8] in
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")),
        Self.trimmed(part[..<equals]).map(HeaderName.lower).elementsEqual("path".utf8),
        let path = places.route(to: Self.trimmed(part[part.index(after: equals)...]), captures)
      else { return Array(part) }
      isChanged = true
      return Array(part[...equals]) + path
    }
    return isChanged ? Array(parts.joined(separator: [UInt8(ascii: ";")])) : nil
  }

  private static func trimmed(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var value = value
    while let first = value.first, HeadSyntax.isBlank(first) { value.removeFirst() }
    while let last = value.last, HeadSyntax.isBlank(last) { value.removeLast() }
    return value
  }
}

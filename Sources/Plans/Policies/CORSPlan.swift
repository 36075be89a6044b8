/// The pages of other origins that may read a route's answers, and send what a form can't (Fetch §3.3). A value.
package struct CORSPlan: Hashable, Sendable {
  package var origins: Origins
  /// `nil`: those of the routes of its path that have the same plan.
  package var methods: [String]?
  /// `nil`: those that are asked for.
  package var headers: [String]?
  /// The answer's headers that pages may read, beside those that they always may.
  package var expose: [String] = []
  /// Requests come with cookies and the like.
  package var credentials = false
  /// How long a browser may keep the answer to a preflight; `nil`: as long as it likes.
  package var maxAge: Duration?

  package enum Origins: Hashable, Sendable {
    case any
    case listed(OriginList)
  }

  package init(origins: Origins) {
    self.origins = origins
  }

  /// Whether a page of an origin may do so.
  package func admits(_ origin: String) -> Bool {
    switch origins {
    case .any: true
    case .listed(let list): list.contains(origin)
    }
  }
}

/// Origins by their names, and by a domain that they lie below. A value.
package struct OriginList: Hashable, Sendable {
  private struct Below: Hashable {
    /// `https://`
    let scheme: String
    /// `.shop.example:8443`
    let rest: String

    func contains(_ origin: String) -> Bool {
      let name = origin.utf8.dropFirst(scheme.utf8.count).dropLast(rest.utf8.count)
      return origin.utf8.count > scheme.utf8.count + rest.utf8.count && origin.hasPrefix(scheme)
        && origin.hasSuffix(rest) && name.first != UInt8(ascii: ".") && name.allSatisfy(Self.isOfName)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }

  private let exact: Set<String>
  private let below: [Below]

  /// - Parameter origins: as browsers write them, in lower case and without the port of the scheme: `https://shop.example`,
  ///   `https://*.shop.example` for all below it, `null`.
  package init(_ origins: [String]) {
    exact = Set(origins)
    below = origins.compactMap { origin in
      guard let star = origin.firstRange(of: "://*.") else { return nil }
      return Below(
        scheme: origin[..<star.lowerBound] + "://", rest: String(origin[origin.index(before: star.upperBound)...]))
    }
  }

  /// As definitions have them, sorted.
  package var names: [String] { (exact + below.map { "\($0.scheme)*\($0.rest)" }).sorted() }

  package func contains(_ origin: String) -> Bool {
    exact.contains(origin) || below.contains { $0.contains(origin) }
  }
}

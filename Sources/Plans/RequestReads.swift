/// The inputs of a request that a route's templates read.
package struct RequestReads: Hashable, Sendable {
  /// Members of one input that are read.
  package enum Names: Hashable, Sendable {
    case some(Set<String>)
    /// The input is used as a whole, or by a computed name.
    case all

    package static let none = Names.some([])

    package var isEmpty: Bool { self == .none }

    package func contains(_ name: String) -> Bool {
      switch self {
      case .some(let names): names.contains(name)
      case .all: true
      }
    }

    package mutating func formUnion(_ other: Names) {
      guard case .some(let mine) = self, case .some(let theirs) = other else {
        self = .all
        return
      }
      self = .some(mine.union(theirs))
    }
  }

  package var path = Names.none
  package var query = Names.none
  package var queryList = Names.none
  /// Lower-case names. `forward` adds to them.
  package var headers = Names.none
  package var cookies = Names.none
  package var claims = Names.none
  package var identity = Names.none
  package var client = Names.none
  /// The request's JSON body.
  package var body = false
  /// Stands in `query` for a parameter that the request does not have.
  package var queryDefaults: [String: String] = [:]

  package init() {}

  /// Adds what an expression reads, given as the path of a reference. Names that are no inputs of a request are left
  /// out; an empty path is the whole scope.
  package mutating func insert(_ reference: [String]) {
    guard let head = reference.first else {
      for name in ScopeName.allCases where name.isRequestInput { insert([name.rawValue]) }
      return
    }
    let members = reference.dropFirst().first.map { Names.some([$0]) } ?? .all
    switch ScopeName(rawValue: head) {
    case .path?: path.formUnion(members)
    case .query?: query.formUnion(members)
    case .queryList?: queryList.formUnion(members)
    case .headers?: headers.formUnion(members)
    case .cookies?: cookies.formUnion(members)
    case .claims?: claims.formUnion(members)
    case .identity?: identity.formUnion(members)
    case .client?: client.formUnion(members)
    case .body?: body = true
    default: break
    }
  }

  /// What either reads.
  package func union(_ other: RequestReads) -> RequestReads {
    var reads = self
    reads.path.formUnion(other.path)
    reads.query.formUnion(other.query)
    reads.queryList.formUnion(other.queryList)
    reads.headers.formUnion(other.headers)
    reads.cookies.formUnion(other.cookies)
    reads.claims.formUnion(other.claims)
    reads.identity.formUnion(other.identity)
    reads.client.formUnion(other.client)
    reads.body = body || other.body
    reads.queryDefaults.merge(other.queryDefaults) { first, _ in first }
    return reads
  }
}

/// The audience of an answer that was made from these inputs.
extension RequestReads {
  /// Made from what belongs to one user, or to one client's address: no cache that others share may keep it.
  package var isPrivate: Bool {
    tellsClients || !cookies.isEmpty || headers.contains("authorization") || headers.contains("cookie")
      || client.contains(ScopeName.ClientMember.ip.rawValue)
      || client.contains(ScopeName.ClientMember.certificate.rawValue)
  }

  /// Made for one client, as it has shown to be; what it shows that by is told by the route's `auth`.
  package var tellsClients: Bool { !claims.isEmpty || !identity.isEmpty }

  /// What `Vary` must say (RFC 9110 §12.5.5): the request's fields that the answer depends on, in the order of their
  /// names. `*` where it depends on what no field name can tell. `nil`: on none.
  package var vary: String? {
    guard case .some(var names) = headers, !body else { return "*" }
    if !cookies.isEmpty { names.insert("cookie") }
    return names.isEmpty ? nil : names.sorted().joined(separator: ", ")
  }
}

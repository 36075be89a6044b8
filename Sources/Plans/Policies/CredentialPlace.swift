/// Where in a request a credential may be. A value.
package enum CredentialPlace: Hashable, Sendable {
  /// A lower-case name. With `scheme`, in any case, what follows it and a space (RFC 9110 §11.4); else the whole value.
  case header(String, scheme: String? = nil)
  case cookie(String)
  /// A parameter of the query.
  case query(String)

  /// Two that are equal in it are one place.
  package var inLowerCase: CredentialPlace {
    if case .header(let name, let scheme?) = self { .header(name, scheme: scheme.lowercased()) } else { self }
  }

  /// What answers depend on that depend on it, and no cache can tell by the URL.
  package var reads: RequestReads {
    var reads = RequestReads()
    switch self {
    case .header(let name, _): reads.insert([ScopeName.headers.rawValue, name])
    case .cookie(let name): reads.insert([ScopeName.cookies.rawValue, name])
    case .query: break
    }
    return reads
  }
}

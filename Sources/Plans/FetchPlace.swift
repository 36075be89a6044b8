/// Where the gateway itself fetches something, as keys of tokens or a token of its own. A value.
package indirect enum FetchPlace: Hashable, Sendable {
  /// A backend of the process's own, and what is asked for there (`/path?query`, encoded).
  case own(BackendPlan, target: String)
  /// A backend of the definitions, by its name.
  case backend(String, target: String)

  /// The longest document, in bytes.
  package static let longestDocument = 256 * 1024
  /// The time in which a fetch has to succeed.
  package static let patience: Duration = .seconds(10)

  /// - Parameters:
  ///   - origin: `https://host:port`.
  ///   - target: `/path?query`, encoded.
  package init(_ origin: String, _ target: String, _ tls: BackendPlan.TLS = BackendPlan.TLS()) {
    let address = BackendPlan.Address(origin: origin)
    var backend = BackendPlan(
      name: origin, addresses: [address], location: SourceLocation(file: "", line: 0, column: 0))
    backend.connectTimeout = Self.patience / 2
    backend.maxResponse = Self.longestDocument
    backend.tls = tls
    self = .own(backend, target: target)
  }

  /// For the log: without what a query may hold.
  package var name: String {
    switch self {
    case .own(let backend, let target):
      (backend.addresses.first.map { $0.origin + $0.basePath } ?? backend.name) + target.prefix { $0 != "?" }
    case .backend(let name, let target): name + " " + target.prefix { $0 != "?" }
    }
  }

  /// The same for two places that are asked alike; one that `backends` do not have stays as it is.
  /// - Parameter backends: those of the definitions.
  package func resolved(among backends: [BackendPlan]) -> FetchPlace {
    guard case .backend(let name, let target) = self, let backend = backends.first(where: { $0.name == name }) else {
      return self
    }
    return .own(backend.identity, target: target)
  }
}

/// The settings of how to reach Redis and how long to wait for it. Never prints its password.
package struct RedisSettings: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The arrangement of the servers.
  package enum Topology: Hashable, Sendable {
    case single(RedisEndpoint)
    /// Any nodes of it; the others are found.
    case cluster([RedisEndpoint])
    /// The sentinels, and the name that they know the master by.
    case sentinel([RedisEndpoint], master: String)
  }

  package struct TLS: Hashable, Sendable {
    /// PEM; `nil`: the system's authorities.
    package var caFile: String?
    /// PEM, for a server that wants the client's certificate.
    package var certificateFile: String?
    package var keyFile: String?
    /// Whom the certificate must be of; `nil`: the host of the URL.
    package var serverName: String?
    /// Whether certificates are verified; false believes any: for tests.
    package var verifies = true

    package init() {}
  }

  package var topology: Topology
  package var username: String?
  package var password: RedisSecret?
  package var sentinelPassword: RedisSecret?
  /// The database; always 0 in a cluster.
  package var database = 0
  package var tls: TLS?
  /// The prefix of every key and channel, so that one Redis serves several fleets.
  package var prefix = RedisSettings.defaultPrefix
  /// What a command may cost an answer.
  package var commandTimeout: Duration = .milliseconds(50)
  package var connectTimeout: Duration = .seconds(1)
  /// A connection whose oldest command is this old is given up.
  package var hangTimeout: Duration = .seconds(1)
  /// Commands on their way on one connection; above it, they are refused at once.
  package var mostInFlight = 4096
  /// How often the subscription is asked whether it lives, and how long it may take to say so.
  package var heartbeat: Duration = .seconds(1)

  package static let defaultPrefix = "weft:"

  package init(_ topology: Topology) {
    self.topology = topology
  }

  package var description: String {
    let address =
      switch topology {
      case .single(let endpoint): "\(endpoint)"
      case .cluster(let endpoints): "cluster \(endpoints.map(\.description).joined(separator: ","))"
      case .sentinel(let endpoints, let master):
        "\(master) by sentinels \(endpoints.map(\.description).joined(separator: ","))"
      }
    return "redis at \(address)\(tls == nil ? "" : " over TLS"), database \(database), prefix \(prefix)"
  }

  package var customMirror: Mirror {
    Mirror(self, children: ["description": description])
  }
}

/// The place where a server listens.
package enum RedisEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address without brackets, and a port.
  case host(String, UInt16)
  case unixSocket(String)

  package static let defaultPort: UInt16 = 6379
  package static let defaultSentinelPort: UInt16 = 26379

  package var description: String {
    switch self {
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unixSocket(let path): path
    }
  }
}

/// A password of Redis or of a sentinel. Never prints itself.
package enum RedisSecret: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible, CustomReflectable {
  case text(String)
  /// Read again for each connection, so that a password can be changed under a running gateway.
  case file(String)

  package init(stringLiteral text: String) {
    self = .text(text)
  }

  package var description: String {
    switch self {
    case .text: "<redacted>"
    case .file(let path): "{ file: \(path) }"
    }
  }

  package var customMirror: Mirror { Mirror(self, children: []) }
}

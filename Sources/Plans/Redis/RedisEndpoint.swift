/// Where a server listens.
package enum RedisEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address without brackets, and a port.
  case host(String, Int)
  case unixSocket(String)

  package static let defaultPort = 6379
  package static let defaultSentinelPort = 26379

  package var description: String {
    switch self {
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unixSocket(let path): path
    }
  }
}

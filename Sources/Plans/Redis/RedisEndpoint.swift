/// Where a server listens.
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

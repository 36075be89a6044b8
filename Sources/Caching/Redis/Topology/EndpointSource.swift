import NIOCore
import Plans

/// Where the next connection goes.
protocol EndpointSource: Sendable {
  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint>

  /// Whether the next answer may be another: then a server that refuses to be written to is left for that.
  var mayMove: Bool { get }

  /// Whether a fresh connection really is to what was looked for; fails where it is not.
  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void>
}

/// Always the same server.
struct FixedEndpoint: EndpointSource {
  let endpoint: RedisEndpoint

  /// A name may come to mean another server, as with managed services.
  var mayMove: Bool {
    guard case .host(let host, let port) = endpoint else { return false }
    return (try? SocketAddress(ipAddress: host, port: port)) == nil
  }

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    loop.makeSucceededFuture(endpoint)
  }

  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

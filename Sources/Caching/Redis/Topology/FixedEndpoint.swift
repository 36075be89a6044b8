import Messages
import NIOCore
import Plans

/// Always the same server.
struct FixedEndpoint: EndpointSource {
  let endpoint: RedisEndpoint

  /// A name may come to mean another server, as with managed services.
  var mayMove: Bool {
    guard case .host(let host, let port) = endpoint else { return false }
    return (try? SocketAddress(ipAddress: host, port: Int(widening: port))) == nil
  }

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    loop.makeSucceededFuture(endpoint)
  }

  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

import NIOCore

/// Where the next connection goes.
protocol EndpointSource: Sendable {
  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint>

  /// Whether a fresh connection really is to what was looked for; fails where it is not.
  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void>
}

/// Always the same server.
struct FixedEndpoint: EndpointSource {
  let endpoint: RedisEndpoint

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    loop.makeSucceededFuture(endpoint)
  }

  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

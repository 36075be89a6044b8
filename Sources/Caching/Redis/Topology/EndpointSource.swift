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

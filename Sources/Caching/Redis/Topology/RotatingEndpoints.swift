import NIOCore
import Synchronization

/// One server after the other, so that one that is down is passed over at the next attempt. Guarded by an atomic.
final class RotatingEndpoints: EndpointSource {
  private let endpoints: [RedisEndpoint]
  private let next = Atomic<Int>(0)

  init(_ endpoints: [RedisEndpoint]) {
    self.endpoints = endpoints
  }

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return loop.makeSucceededFuture(endpoints[number % endpoints.count])
  }

  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

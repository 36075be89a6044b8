import Locking
import NIOCore
import Plans

/// One server after the other, so that one that is down is passed over at the next attempt. Guarded by a lock.
final class RotatingEndpoints: EndpointSource {
  private struct State {
    var endpoints: [RedisEndpoint]
    var next = 0
  }

  private let seeds: [RedisEndpoint]
  private let state: Locked<State>

  /// At least one.
  init(_ seeds: [RedisEndpoint]) {
    self.seeds = seeds
    state = Locked(State(endpoints: seeds))
  }

  var mayMove: Bool { false }

  /// These are there as well, now: all that were named at first may go in time.
  func learn(_ endpoints: [RedisEndpoint]) {
    let all = seeds + endpoints.filter { !seeds.contains($0) }
    state.withLock { $0.endpoints = all }
  }

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    let endpoint = state.withLock { state in
      state.next = (state.next + 1) % state.endpoints.count
      return state.endpoints[state.next]
    }
    return loop.makeSucceededFuture(endpoint)
  }

  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

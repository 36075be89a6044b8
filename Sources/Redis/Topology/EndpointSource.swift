import Locking
import Messages
import NIOCore
import Plans

/// The endpoints that connections go to, one for each attempt.
protocol EndpointSource: Sendable {
  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint>

  /// Whether the next answer may be another: then a server that refuses to be written to is left for that.
  var mayMove: Bool { get }

  /// Makes sure that a fresh connection really is to what was looked for; fails where it is not.
  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void>
}

extension EndpointSource {
  /// Takes whatever answers at an endpoint for what was looked for.
  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    loop.makeSucceededVoidFuture()
  }
}

/// One server, always the same.
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
}

/// *Guarded by a lock.* One server after the other, so that one that is down is passed over at the next attempt.
final class RotatingEndpoints: EndpointSource {
  private struct State {
    var endpoints: [RedisEndpoint]
    var next = 0
  }

  private let seeds: [RedisEndpoint]
  private let state: Locked<State>

  /// - Parameter seeds: at least one.
  init(_ seeds: [RedisEndpoint]) {
    self.seeds = seeds
    state = Locked(State(endpoints: seeds))
  }

  var mayMove: Bool { false }

  /// Adds these to those that were named at first, all of which may go in time.
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
}

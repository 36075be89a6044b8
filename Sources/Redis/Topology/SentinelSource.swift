import Messages
import NIOCore
import Plans
import Synchronization

/// *Guarded by an atomic*: the sentinel that answered last is asked first. Asks sentinels who the master is, one after
/// the other until one says (Redis "Guidelines for Redis clients with support for Sentinel").
final class SentinelSource: EndpointSource {
  private let sentinels: [RedisEndpoint]
  private let master: String
  private let connector: RedisConnector
  private let preferred = Atomic<Int>(0)

  init(sentinels: [RedisEndpoint], master: String, connector: RedisConnector) {
    self.sentinels = sentinels
    self.master = master
    self.connector = connector
  }

  var mayMove: Bool { true }

  func endpoint(on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    ask(preferred.load(ordering: .relaxed), left: sentinels.count, nil, on: loop)
  }

  /// Asks the server for its role: a sentinel may still name a master that has just been demoted.
  func verify(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    connection.send(RedisCommand(["ROLE"]).bytes, within: budget) { result in
      switch result {
      case .success(let reply) where reply.elements?.first?.string == "master": promise.succeed()
      case .success:
        connection.close()
        promise.fail(RedisFailure.unexpected)
      case .failure(let failure):
        connection.close()
        promise.fail(failure)
      }
    }
    return promise.futureResult
  }

  private var budget: TimeAmount { .nanoseconds(connector.settings.connectTimeout.nanoseconds) }

  /// - Parameter told: what a sentinel said before this one; it says more than that another can't be reached.
  private func ask(
    _ number: Int, left: Int, _ told: RedisFailure?, on loop: any EventLoop
  ) -> EventLoopFuture<RedisEndpoint> {
    let index = number % sentinels.count
    return connector.connect(to: sentinels[index], on: loop, isSentinel: true).flatMap { connection in
      self.ask(connection.value, on: loop)
    }.map { endpoint in
      self.preferred.store(index, ordering: .relaxed)
      return endpoint
    }.flatMapError { error in
      let said = (error as? RedisFailure).flatMap { $0.isReply ? $0 : nil } ?? told
      return left > 1
        ? self.ask(index + 1, left: left - 1, said, on: loop) : loop.makeFailedFuture(said ?? error)
    }
  }

  private func ask(_ connection: RedisConnection, on loop: any EventLoop) -> EventLoopFuture<RedisEndpoint> {
    let promise = loop.makePromise(of: RedisEndpoint.self)
    let command = RedisCommand(["SENTINEL", "get-master-addr-by-name", .text(master)])
    connection.send(command.bytes, within: budget) { result in
      if case .success(.null) = result { return self.askWhy(connection, promise) }
      connection.close()
      promise.completeWith(result.flatMap { SentinelSource.endpoint($0) }.mapError { $0 })
    }
    return promise.futureResult
  }

  /// Asks for more: a sentinel has no words for a master that it does not know.
  private func askWhy(_ connection: RedisConnection, _ promise: EventLoopPromise<RedisEndpoint>) {
    connection.send(RedisCommand(["SENTINEL", "MASTER", .text(master)]).bytes, within: budget) { result in
      connection.close()
      promise.fail(result.failure ?? .unexpected)
    }
  }

  static func endpoint(_ reply: RedisReply) -> Result<RedisEndpoint, RedisFailure> {
    guard let parts = reply.elements, parts.count == 2, let host = parts[0].string,
      let port = parts[1].string.flatMap({ PeerNumber(digits: $0.utf8)?.within(1...UInt16.max) })
    else { return .failure(.unexpected) }
    return .success(.host(host, port))
  }
}

import Locking
import NIOCore
import Redis
import TestRedis
import Testing

/// What sentinels say, by sentinels that say what the test wants.
struct SentinelTests {
  private func sentinel(_ answer: @escaping @Sendable (Substring) -> String) async throws -> FakeRedis {
    try await FakeRedis { text in
      commands(in: text).map { $0 == "PING" ? "+PONG\r\n" : answer($0) }.joined()
    }
  }

  @Test func aDemotedMasterIsNotBelieved() async throws {
    let isMaster = Locked(false)
    let server = try await FakeRedis { text in
      commands(in: text).map { command in
        guard command == "ROLE" else { return "+PONG\r\n" }
        let word = isMaster.withLock { $0 } ? "master" : "slave"
        return "*1\r\n$\(word.utf8.count)\r\n\(word)\r\n"
      }.joined()
    }
    let port = server.port
    let sentinel = try await sentinel { _ in "*2\r\n+127.0.0.1\r\n+\(port)\r\n" }
    let link = try TestedLink("redis+sentinel://127.0.0.1:\(sentinel.port)/shop")
    #expect(await link.send("PING").failure == .unavailable)
    #expect(link.log.lines(with: "redis refuses").map { $0.contains("work=connect") } == [true])
    isMaster.withLock { $0 = true }
    await link.told(.up)
    #expect(await link.send("PING").success?.string == "PONG")
    await link.stop()
    await sentinel.stop()
    await server.stop()
  }

  @Test func anotherMasterIsAnnounced() async throws {
    func message(_ text: String) -> String {
      "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$\(text.utf8.count)\r\n\(text)\r\n"
    }
    let words = message("other 127.0.0.1 1 127.0.0.1 2") + message("shop 127.0.0.1 1 127.0.0.1 2")
    let sentinel = try await sentinel { command in
      command == "SUBSCRIBE" ? "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n" + words : "+OK\r\n"
    }
    let link = try TestedLink("redis+sentinel://127.0.0.1:\(sentinel.port)/shop")
    let (announcements, continuation) = AsyncStream.makeStream(of: Void.self)
    let watcher = try #require(link.topology.watch(on: link.loop) { continuation.yield() })
    watcher.execute { $0.start() }
    var iterator = announcements.makeAsyncIterator()
    #expect(await iterator.next() != nil)
    // Nothing is told of the other master, of which the same turn heard.
    try await link.loop.submit {}.get()
    continuation.finish()
    #expect(await iterator.next() == nil)
    watcher.execute { $0.stop() }
    await link.stop()
    await sentinel.stop()
  }
}

import Locking
import Redis
import TestRedis
import Testing

/// A cluster's redirections, by nodes that say what the test wants.
struct RedisClusterTests {
  /// *Guarded by its locks.*
  private final class Target: Sendable {
    let port: Locked<Int>
    /// How many were sent there.
    let sent = Locked(0)

    init(_ port: Int) { self.port = Locked(port) }
  }

  /// A node that sends every key to another.
  private func node(_ word: String, to target: Target) async throws -> FakeRedis {
    try await FakeRedis { text in
      let port = target.port.withLock { $0 }
      return commands(in: text).map { command in
        switch command {
        case "CLUSTER": return "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n+127.0.0.1\r\n:\(port)\r\n"
        case "GET":
          target.sent.withLock { $0 += 1 }
          return "-\(word) 1 127.0.0.1:\(port)\r\n"
        default: return "+PONG\r\n"
        }
      }.joined()
    }
  }

  @Test(arguments: [("MOVED", ["GET"]), ("ASK", ["ASKING", "GET"])])
  func areFollowed(_ word: String, _ expected: [String]) async throws {
    let heard = Locked<[String]>([])
    let other = try await FakeRedis { text in
      let commands = commands(in: text)
      heard.withLock { $0 += commands.map(String.init) }
      return commands.map { $0 == "GET" ? "$1\r\nb\r\n" : "+OK\r\n" }.joined()
    }
    let node = try await node(word, to: Target(other.port))
    let link = try TestedLink("redis+cluster://127.0.0.1:\(node.port)")
    #expect(await link.send("GET", "a", key: "a").success?.string == "b")
    #expect(heard.withLock { $0 }.filter { $0 != "PING" && $0 != "CLUSTER" } == expected)
    await link.stop()
    await node.stop()
    await other.stop()
  }

  @Test func haveAnEnd() async throws {
    let target = Target(0)
    let node = try await node("MOVED", to: target)
    target.port.withLock { $0 = node.port }
    let link = try TestedLink("redis+cluster://127.0.0.1:\(node.port)")
    #expect(await link.send("GET", "a", key: "a").failure?.code == "MOVED")
    #expect(target.sent.withLock { $0 } == 4)
    await link.stop()
    await node.stop()
  }
}

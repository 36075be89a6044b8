import Locking
import NIOCore
import TestRedis
import Testing

@testable import Caching

/// A Redis that is down, hung, full, empty again, refusing or no Redis at all: answers go on.
@Suite(.serialized)
struct RedisFailureTests {
  /// Guarded by its lock.
  private final class Answers: Sendable {
    let texts = Locked<[Int: String]>([:])
  }

  /// - Parameter isImpatient: for what has to be found out by waiting in vain.
  private func withGateway(
    _ url: String, isImpatient: Bool = false, isConnected: Bool = true,
    _ body: (Gateway) async throws -> Void
  ) async throws {
    let gateway = try Gateway(url) {
      guard isImpatient else { return }
      $0.commandTimeout = .milliseconds(50)
      $0.connectTimeout = .milliseconds(500)
      $0.heartbeat = .milliseconds(200)
      $0.hangTimeout = .milliseconds(500)
    }
    if isConnected { #expect(await gateway.isConnected()) }
    do { try await body(gateway) } catch {
      await gateway.stop()
      throw error
    }
    await gateway.stop()
  }

  /// Many requests at once over both loops, each for a key of its own: all are answered, and rightly.
  private func everyAnswerIsRight(_ gateway: Gateway, _ keys: Range<Int>) async {
    let answers = Answers()
    for number in keys {
      Task {
        let text = await gateway.get(Sample.key(number), orMake: "\(number)", onLoop: number % 2).text
        answers.texts.withLock { $0[number] = text }
      }
    }
    #expect(await eventually { answers.texts.withLock { $0.count } == keys.count })
    #expect(answers.texts.withLock { $0.allSatisfy { "\($0.key)" == $0.value } })
  }

  /// Whether Redis has answered one of many requests with an error.
  private func refuses(_ gateway: Gateway) async -> Bool {
    var number = 800_000
    return await eventually {
      number += 1
      await gateway.get(Sample.key(number), orMake: "x", onLoop: number % 2)
      return gateway.cache.counters[.redisErrors] > 0
    }
  }

  @Test func neverThere() async throws {
    try await withGateway("redis://127.0.0.1:1", isImpatient: true, isConnected: false) { gateway in
      await everyAnswerIsRight(gateway, 0..<200)
      #expect(gateway.cache.hit(Sample.key(1))?.text == "1")
      #expect(gateway.cache.health == .degraded)
      #expect(await gateway.cache.purge(.all) == .notEverywhere)
      #expect(gateway.cache.hit(Sample.key(1)) == nil)
    }
  }

  @Test func killedAndStartedAgainEmpty() async throws {
    let server = try await RedisServer.start()
    try await withGateway(server.url, isImpatient: true) { gateway in
      await everyAnswerIsRight(gateway, 0..<100)
      server.kill()
      await everyAnswerIsRight(gateway, 100..<300)
      #expect(await eventually { gateway.cache.health == .degraded })
      await everyAnswerIsRight(gateway, 300..<500)
      try await server.startAgain()
      #expect(await gateway.isConnected())
      #expect(await gateway.storesAgain(server))
    }
  }

  @Test func suspended() async throws {
    let server = try await RedisServer.start()
    try await withGateway(server.url, isImpatient: true) { gateway in
      await everyAnswerIsRight(gateway, 0..<100)
      server.suspend()
      await everyAnswerIsRight(gateway, 100..<300)
      #expect(gateway.cache.counters[.redisTimeouts] + gateway.cache.counters[.redisLosses] > 0)
      // From some moment on it is not even asked.
      #expect(
        await eventually {
          let before = gateway.cache.counters[.redisTimeouts]
          await everyAnswerIsRight(gateway, 300..<310)
          await gateway.get(.init((UInt64.random(in: 0 ... .max), 0, 0, 0)), orMake: "x")
          return gateway.cache.counters[.redisTimeouts] == before
        })
      #expect(await eventually { gateway.cache.health == .degraded })
      server.resume()
      #expect(await gateway.isConnected())
      #expect(await gateway.storesAgain(server))
    }
  }

  @Test func full() async throws {
    let server = try await RedisServer.start(["--maxmemory", "1mb", "--maxmemory-policy", "noeviction"])
    try await withGateway(server.url) { gateway in
      await everyAnswerIsRight(gateway, 0..<100)
      #expect(await refuses(gateway))
      #expect(
        await eventually {
          await gateway.get(Sample.key(1), orMake: "1")
          return gateway.cache.hit(Sample.key(1))?.text == "1"
        })
      await server.cli("CONFIG", "SET", "maxmemory", "0")
      #expect(await gateway.storesAgain(server))
    }
  }

  @Test func readOnlyReplica() async throws {
    let master = try await RedisServer.start()
    let server = try await RedisServer.start(["--replicaof", "127.0.0.1 \(master.port)"])
    try await withGateway(server.url) { gateway in
      await everyAnswerIsRight(gateway, 0..<50)
      #expect(await refuses(gateway))
      await server.cli("REPLICAOF", "NO", "ONE")
      #expect(await gateway.storesAgain(server))
      // An address stays the same server, whatever that has become.
      #expect(gateway.cache.counters[.redisLosses] == 0)
    }
  }

  /// As the name of a managed Redis does in a failover.
  @Test func aNameThatMeansAReplicaIsLookedUpAgain() async throws {
    let master = try await RedisServer.start()
    let server = try await RedisServer.start()
    try await withGateway("redis://localhost:\(server.port)") { gateway in
      #expect(await gateway.storesAgain(server))
      await server.cli("REPLICAOF", "127.0.0.1", "\(master.port)")
      var number = 0
      #expect(
        await eventually {
          number += 1
          await gateway.get(Sample.key(number), orMake: "x", onLoop: number % 2)
          return gateway.cache.counters[.redisLosses] > 0
        })
      await server.cli("REPLICAOF", "NO", "ONE")
      #expect(await gateway.storesAgain(server))
    }
  }

  @Test(arguments: [
    "-ERR no\r\n", "-LOADING Redis is loading the dataset in memory\r\n", "+OK\r\n", "$-1\r\n", ":1\r\n",
    "*4\r\n:1\r\n+x\r\n$-1\r\n:0\r\n", "$5\r\nhello\r\n",
    "*4\r\n:0\r\n+1700000000000000\r\n$-1\r\n:9223372036854775807\r\n",
    "*4\r\n:1\r\n+0\r\n$-1\r\n:-9223372036854775808\r\n", "*2\r\n+9007199254740991\r\n+9007199254740991\r\n",
    "-MOVED 1 127.0.0.1:70000\r\n", "-ASK 1 127.0.0.1:0\r\n",
  ])
  func oneWrongReplyToEverything(_ reply: String) async throws {
    // A turn's commands come in one read; answer each.
    let fake = try await FakeRedis { text in
      String(repeating: reply, count: max(1, text.split(separator: "*").count))
    }
    try await withGateway(fake.url, isImpatient: true, isConnected: false) { gateway in
      for start in [0, 100, 200] { await everyAnswerIsRight(gateway, start..<(start + 100)) }
    }
    await fake.stop()
  }

  /// Ports that are none, in every place where a port is told.
  @Test(arguments: ["0", "65536", "70000", "-1", "9223372036854775807", "99999999999999999999"])
  func aTopologyThatLies(_ port: String) async throws {
    let fake = try await FakeRedis { text in
      if text.contains("SENTINEL") { return "*2\r\n+127.0.0.1\r\n+\(port)\r\n" }
      if text.contains("CLUSTER") { return "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n+127.0.0.1\r\n:\(port)\r\n" }
      return text.contains("PING") ? "+PONG\r\n" : "-MOVED 1 127.0.0.1:\(port)\r\n"
    }
    let address = fake.url.dropFirst("redis://".count)
    for url in ["redis+cluster://\(address)", "redis+sentinel://\(address)/shop"] {
      try await withGateway(url, isImpatient: true, isConnected: false) { gateway in
        await everyAnswerIsRight(gateway, 0..<100)
      }
    }
    await fake.stop()
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0", "$99999999999\r\n", "*1000000000\r\n", "\r\n\r\n", "+PONG\r\n",
  ])
  func garbage(_ reply: String) async throws {
    let fake = try await FakeRedis { text in text.contains("PING") ? "+PONG\r\n" + reply : reply }
    try await withGateway(fake.url, isImpatient: true, isConnected: false) { gateway in
      for start in [0, 100, 200] { await everyAnswerIsRight(gateway, start..<(start + 100)) }
    }
    await fake.stop()
  }

  @Test func silentAfterItsGreeting() async throws {
    let fake = try await FakeRedis { $0.contains("PING") ? "+PONG\r\n" : nil }
    try await withGateway(fake.url, isImpatient: true, isConnected: false) { gateway in
      for start in [0, 100, 200] { await everyAnswerIsRight(gateway, start..<(start + 100)) }
    }
    await fake.stop()
  }

  @Test func aLateReplyDoesNotGoToTheNextCommand() async throws {
    let server = try await RedisServer.start()
    try await withGateway(server.url, isImpatient: true) { gateway in
      for number in 0..<50 { await gateway.get(Sample.key(number), orMake: "\(number)") }
      #expect(await gateway.storesAgain(server))
      gateway.cache.memory.drop()
      server.suspend()
      async let slow: Void = everyAnswerIsRight(gateway, 0..<3)
      _ = await slow
      server.resume()
      // The replies to the timed-out commands arrive first.
      for number in 0..<50 {
        let answer = await gateway.ask(Sample.key(number))
        if let hit = answer.hit { #expect(hit.text == "\(number)") }
        answer.ticket?.abandon()
      }
    }
  }
}

import Messages
import Redis
import TestRedis
import Testing

/// A link over real servers: commands, scripts, losses.
struct RedisLinkTests {
  private func withLink(_ url: String, _ body: (TestedLink) async throws -> Void) async throws {
    let link = try TestedLink(url)
    do { try await body(link) } catch {
      await link.stop()
      throw error
    }
    await link.stop()
  }

  @Test func repliesComeInOrder() async throws {
    let server = try await RedisServer.start()
    try await withLink(server.url) { link in
      // The first one makes the connection, and waits for it.
      for number in 1...100 { #expect(await link.send("INCR", "n").success?.integer == .init(Int64(number))) }
      #expect(await link.send("LPUSH", "n", "x").failure?.code == "WRONGTYPE")
      #expect(link.allEvents == [.down, .up])
    }
  }

  @Test func passwordDatabaseAndSocket() async throws {
    let server = try await RedisServer.start(["--requirepass", "hush hush"])
    try await withLink("redis://:hush%20hush@127.0.0.1:\(server.port)/3") { link in
      #expect(await link.send("SET", "a", "1").success != nil)
    }
    try await withLink("unix://:hush%20hush@\(server.socket)?db=3") { link in
      #expect(await link.send("GET", "a").success?.string == "1")
    }
    #expect(await server.cli("--no-auth-warning", "-a", "hush hush", "-n", "0", "EXISTS", "a") == "0")
    try await withLink("redis://:wrong@127.0.0.1:\(server.port)") { link in
      #expect(await link.send("GET", "a").failure == .unavailable)
      #expect(link.topology.refusals.words?.hasPrefix("WRONGPASS") == true)
      #expect(link.log.lines(with: "redis refuses").count == 1)
    }
  }

  @Test func aScriptsTextIsSentWhereItIsNotKnown() async throws {
    let server = try await RedisServer.start()
    let script = RedisScript("return redis.call('INCR', KEYS[1])")
    func calls(_ name: String) async -> String? {
      let lines = await server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
      let line = lines.first { $0.hasPrefix("cmdstat_\(name):calls=") }
      return line?.split(separator: "=").dropFirst().first?.split(separator: ",").first.map(String.init)
    }
    try await withLink(server.url) { link in
      for number in 1...3 { #expect(await link.run(script, key: "n").success?.integer == .init(Int64(number))) }
      #expect(await calls("eval") == "1")
      #expect(await calls("evalsha") == "3")
      await server.cli("SCRIPT", "FLUSH")
      #expect(await link.run(script, key: "n").success?.integer == 4)
      #expect(await calls("eval") == "2")
    }
  }

  @Test func aLostConnectionIsMadeAgain() async throws {
    let server = try await RedisServer.start()
    try await withLink(server.url) { link in
      #expect(await link.send("PING").success?.string == "PONG")
      await link.told(.up)
      await server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
      await link.told(.up)
      #expect(await link.send("PING").success?.string == "PONG")
      #expect(link.allEvents == [.down, .up, .down, .loss, .up])
      #expect(link.log.lines(with: "redis is back").count == 1)
    }
  }

  @Test func nobodyIsThere() async throws {
    try await withLink("redis://127.0.0.1:1") { link in
      #expect(await link.send("PING").failure == .unavailable)
      await link.told(.connectFailure)
      #expect(link.log.lines(with: "redis can't be reached").count == 1)
    }
  }
}

import Foundation
import NIOCore
import Plans
import TestRedis
import Testing

@testable import Caching

/// A Redis that is there and refuses is told of in its own words, counted, and no answer says that it was kept.
@Suite(.serialized)
struct RefusalTests {
  enum Way: CaseIterable { case full, replica, noKeys, noScripts }

  private func server(_ way: Way) async throws -> (RedisServer, login: String) {
    switch way {
    case .full:
      return (try await .start(["--maxmemory", "1", "--maxmemory-policy", "noeviction"]), "")
    case .replica:
      // Its master is nobody: it stays a replica that says what it has.
      return (try await .start(["--replicaof", "127.0.0.1 1"]), "")
    case .noKeys:
      let server = try await RedisServer.start()
      await server.cli("ACL", "SETUSER", "weft", "on", ">pw", "~other:*", "&*", "+@all")
      return (server, "weft:pw@")
    case .noScripts: return (try await .start(["--rename-command", "EVAL", "gone"]), "")
    }
  }

  private func words(_ way: Way) -> String {
    switch way {
    case .full: "OOM command not allowed"
    case .replica: "READONLY You can't write against a read only replica"
    case .noKeys: "NOPERM "
    case .noScripts: "ERR unknown command 'EVAL'"
    }
  }

  private func mend(_ way: Way, _ server: RedisServer) async {
    switch way {
    case .full: await server.cli("CONFIG", "SET", "maxmemory", "0")
    case .replica: await server.cli("REPLICAOF", "NO", "ONE")
    case .noKeys: await server.cli("ACL", "SETUSER", "weft", "~*")
    // There is no way back but a new start.
    case .noScripts: break
    }
  }

  @Test(arguments: Way.allCases) func isTold(_ way: Way) async throws {
    let (server, login) = try await server(way)
    let log = RecordedLog()
    let gateway = try Gateway("redis://\(login)127.0.0.1:\(server.port)", memoryBytes: 0, log: log)
    #expect(await gateway.isConnected())
    for number in 0..<20 {
      let hit = await gateway.get(Sample.key(number), orMake: "x", onLoop: number % 2)
      #expect(hit.status == .forwarded(.miss, stored: false, collapsed: false))
    }
    #expect(gateway.cache.health == .degraded)
    #expect(gateway.cache.refusal?.hasPrefix(words(way)) == true)
    #expect(gateway.cache.counters[.storeFailures] == 20 && gateway.cache.counters[.stores] == 0)
    #expect(gateway.cache.counters[.redisErrors] >= 20)
    let lines = log.lines(with: "redis refuses")
    #expect(
      lines.count == 1 && lines[0].hasPrefix("warning") && lines[0].contains(words(way)), "\(lines)"
    )
    await mend(way, server)
    if way != .noScripts {
      #expect(await gateway.storesAgain(server))
      #expect(await gateway.isConnected())
      #expect(gateway.cache.refusal == nil)
      #expect(log.lines(with: "redis refuses nothing any more").count == 1)
    }
    await gateway.stop()
  }

  /// A patience of centuries is one of as long as there is a clock.
  @Test(arguments: [.seconds(Int64.max), .nanoseconds(Int64.max), .seconds(1 << 31)] as [Duration])
  func anyTimeoutWillDo(_ timeout: Duration) async throws {
    var settings = RedisSettings(.single(.unixSocket("/nowhere/redis.sock")))
    settings.commandTimeout = timeout
    let gateway = try Gateway(settings)
    #expect(await gateway.get(Sample.key(1), orMake: "x").status == .forwarded(.miss, stored: true, collapsed: false))
    await gateway.stop()
  }

  /// What no level takes is not said to be stored.
  @Test func storedMeansKept() async throws {
    let server = try await RedisServer.start()
    for (memory, url, isStored) in [(0, nil, false), (1 << 24, nil, true), (0, server.url, true)] {
      let settings = try url.map { try RedisURL($0).settings }
      let gateway = try Gateway(settings, memoryBytes: memory)
      if url != nil { #expect(await gateway.isConnected()) }
      var number = 0
      // Redis may be slow, but only it.
      let isTold = await eventually {
        number += 1
        let status = await gateway.get(Sample.key(number), orMake: "x").status
        return status == .forwarded(.miss, stored: isStored, collapsed: false)
      }
      #expect(isTold)
      await gateway.stop()
    }
  }

  @Test func aSubscriptionThatIsRefusedIsTold() async throws {
    let server = try await RedisServer.start()
    await server.cli("ACL", "SETUSER", "weft", "on", ">pw", "~*", "resetchannels", "+@all")
    let log = RecordedLog()
    let gateway = try Gateway("redis://weft:pw@127.0.0.1:\(server.port)", log: log)
    #expect(
      await eventually {
        log.lines(with: "redis refuses").contains { $0.contains("work=subscribe") }
      })
    #expect(log.lines(with: "redis refuses").allSatisfy { $0.contains("error=NOPERM") })
    #expect(gateway.cache.health == .degraded)
    await gateway.stop()
  }

  @Test func aPasswordInAFileMayChange() async throws {
    let server = try await RedisServer.start(["--requirepass", "old"])
    let file = NSTemporaryDirectory() + "weft-secret-\(UUID().uuidString)"
    try "old\n".write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let log = RecordedLog()
    let gateway = try Gateway(server.url, log: log) { $0.password = .file(file) }
    #expect(await gateway.isConnected())
    await server.cli("--no-auth-warning", "-a", "old", "CONFIG", "SET", "requirepass", "new")
    for sort in ["normal", "pubsub"] {
      await server.cli("--no-auth-warning", "-a", "new", "CLIENT", "KILL", "TYPE", sort)
    }
    #expect(
      await eventually {
        log.lines(with: "redis refuses").contains { $0.contains("error=WRONGPASS") }
      })
    #expect(gateway.cache.health == .degraded)
    try "new\n".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(await gateway.isConnected())
    // A file that has gone says so.
    try FileManager.default.removeItem(atPath: file)
    for sort in ["normal", "pubsub"] {
      await server.cli("--no-auth-warning", "-a", "new", "CLIENT", "KILL", "TYPE", sort)
    }
    #expect(
      await eventually { log.lines(with: "redis can't be reached").contains { $0.contains(file) } })
    await gateway.stop()
  }

  @Test(arguments: [":@", "@"]) func nothingIsSaidWhereThereIsNoPassword(_ login: String)
    async throws
  {
    let server = try await RedisServer.start()
    let gateway = try Gateway("redis://\(login)127.0.0.1:\(server.port)")
    #expect(await gateway.isConnected())
    #expect(gateway.cache.counters[.redisConnectFailures] == 0)
    await gateway.stop()
  }

  @Test func anUnknownMasterIsToldInTheSentinelsWords() async throws {
    let sentinel = try await RedisServer.start(sentinel: "\n")
    let log = RecordedLog()
    // The second one can't be reached, which says less.
    let url = "redis+sentinel://127.0.0.1:\(sentinel.port),127.0.0.1:1/shop"
    let gateway = try Gateway(url, log: log)
    #expect(await eventually { !log.lines(with: "redis refuses").isEmpty })
    #expect(log.lines(with: "redis refuses").allSatisfy { $0.contains("No such master") })
    await gateway.stop()
  }

  // MARK: Marks

  private static let month: Int64 = 30 * 24 * 3600 * 1000

  @Test func marksOfRoutesEndUnlessTheyAreUsed() async throws {
    let server = try await RedisServer.start()
    let marks = [CacheTag.all, CacheTag(route: "things")].map { "weft:t:\($0.hex)" }
    // As an earlier version made it: for ever.
    await server.cli("SET", marks[1], "0000000000000007")
    let gateway = try Gateway(server.url)
    #expect(await gateway.isConnected())
    await gateway.get(Sample.key(1), orMake: "x")
    #expect(await eventually { gateway.cache.counters[.stores] == 1 })
    for mark in marks {
      let rest = Int64(await server.cli("PTTL", mark)) ?? 0
      #expect(rest > RefusalTests.month - 600_000 && rest <= RefusalTests.month, "\(mark)")
    }
    #expect(await server.cli("GET", marks[1]) == "0000000000000007")
    for purge in [Purge.all, .route(CacheTag(route: "things"))] {
      #expect(await gateway.cache.purge(purge) == .everywhere)
    }
    for mark in marks {
      #expect(Int64(await server.cli("PTTL", mark)) ?? 0 > RefusalTests.month - 600_000)
    }
    await gateway.stop()
  }
}

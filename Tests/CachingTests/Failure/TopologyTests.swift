import Foundation
import NIOCore
import Plans
import TestRedis
import Testing

@testable import Caching

/// Passwords, databases, sockets, TLS, a sentinel trio that fails over, a cluster of six.
@Suite(.serialized)
struct TopologyTests {
  private func works(_ url: String, number: Int = 1) async throws -> Bool {
    let first = try Gateway(url)
    let second = try Gateway(url)
    var isGood = await first.isConnected()
    isGood = await second.isConnected() && isGood
    await first.get(Sample.key(number), orMake: "one", tags: [CacheTag("a"), CacheTag("b")])
    // Not earlier, or the other might void it by being first to mark what all entries share.
    isGood = await eventually { first.cache.counters[.stores] == 1 } && isGood
    if isGood {
      isGood = await eventually {
        let answer = await second.ask(Sample.key(number))
        answer.ticket?.abandon()
        return answer.hit?.text == "one"
      }
    }
    await first.stop()
    await second.stop()
    return isGood
  }

  @Test func passwordAndDatabase() async throws {
    let server = try await RedisServer.start(["--requirepass", "hush hush"])
    #expect(try await works("redis://:hush%20hush@127.0.0.1:\(server.port)/3"))
    let name = "weft:t:\(CacheTag("a").hex)"
    #expect(await server.cli("--no-auth-warning", "-a", "hush hush", "-n", "3", "EXISTS", name) == "1")
    #expect(await server.cli("--no-auth-warning", "-a", "hush hush", "-n", "0", "EXISTS", name) == "0")
  }

  /// With the permissions that docs/caching.md says are enough.
  @Test func userAndPassword() async throws {
    let page = try String(
      contentsOfFile: #filePath.replacing("Tests/CachingTests/Failure/TopologyTests.swift", with: "docs/caching.md"),
      encoding: .utf8)
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("ACL SETUSER") })
    let server = try await RedisServer.start()
    #expect(await server.cli(line.split(separator: " ").map(String.init)) == "OK")
    #expect(try await works("redis://weft:PASSWORD@127.0.0.1:\(server.port)"))
    #expect(!(await server.cli("ACL", "LOG")).contains("reason"))
  }

  @Test func aWrongPasswordIsNoHarm() async throws {
    let server = try await RedisServer.start(["--requirepass", "right"])
    let gateway = try Gateway("redis://:wrong@127.0.0.1:\(server.port)")
    #expect(await gateway.get(Sample.key(1), orMake: "one").text == "one")
    #expect(gateway.cache.health == .degraded)
    await gateway.stop()
  }

  @Test func unixSocket() async throws {
    let server = try await RedisServer.start()
    #expect(try await works("unix://\(server.socket)"))
  }

  @Test func overTLS() async throws {
    let certificate = try await Certificate.make()
    let server = try await RedisServer.start([
      "--port", "0", "--tls-port", "@port", "--tls-cert-file", certificate.file, "--tls-key-file", certificate.key,
      "--tls-ca-cert-file", certificate.file, "--tls-auth-clients", "no",
    ])
    #expect(try await works("rediss://127.0.0.1:\(server.port)?ca=\(certificate.file)"))
    // Whoever is not known by the authority is not talked to.
    let other = try Gateway("rediss://127.0.0.1:\(server.port)")
    #expect(await other.get(Sample.key(2), orMake: "two").text == "two")
    #expect(await eventually { other.cache.counters[.redisConnectFailures] > 0 })
    #expect(other.cache.health == .degraded)
    await other.stop()
  }

  @Test func sentinelsFailOver() async throws {
    let master = try await RedisServer.start()
    let replica = try await RedisServer.start(["--replicaof", "127.0.0.1 \(master.port)"])
    // Not yet so quick that a busy machine looks like a dead master.
    let text = """
      sentinel monitor shop 127.0.0.1 \(master.port) 2
      sentinel down-after-milliseconds shop 60000
      sentinel failover-timeout shop 3000
      """
    var sentinels: [RedisServer] = []
    for _ in 0..<3 { sentinels.append(try await RedisServer.start(sentinel: text)) }
    // Until they know each other and the replica, they can't agree.
    #expect(
      await eventually {
        await said(by: sentinels, "SENTINEL", "master", "shop").allSatisfy { state in
          let words = state.split(separator: "\n").map(String.init)
          func value(_ name: String) -> String? { words.firstIndex(of: name).map { words[$0 + 1] } }
          return value("num-other-sentinels") == "2" && value("num-slaves") == "1"
        }
      })
    let url = "redis+sentinel://" + sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") + "/shop"
    #expect(try await works(url))
    let gateway = try Gateway(url)
    #expect(await gateway.isConnected())
    _ = await said(by: sentinels, "SENTINEL", "SET", "shop", "down-after-milliseconds", "500")
    master.kill()
    var number = 100
    // Answers go on all the time, and at last the new master has what is stored.
    #expect(
      await eventually {
        number += 1
        let key = Sample.key(number)
        guard await gateway.get(key, orMake: "\(number)", onLoop: number % 2).text == "\(number)",
          await replica.cli("ROLE").hasPrefix("master")
        else { return false }
        return await replica.cli("EXISTS", Sample.name(of: key)) == "1"
      })
    #expect(await gateway.isConnected())
    await gateway.stop()
  }

  @Test func aClusterOfSix() async throws {
    let nodes = try await cluster()
    let url = "redis+cluster://127.0.0.1:\(nodes[0].port),127.0.0.1:\(nodes[1].port)"
    #expect(try await works(url))

    let gateway = try Gateway(url)
    #expect(await gateway.isConnected())
    try await moveASlot(of: Sample.key(50), nodes, gateway)

    let dead = try #require(await masters(of: nodes).last)
    _ = await said(by: nodes, "CONFIG", "SET", "cluster-node-timeout", "1000")
    let others = nodes.filter { $0 !== dead }
    let lost = try #require(await key(of: dead))
    dead.kill()
    // A key of the dead node's slots is stored again once its replica has taken over.
    var round = 0
    #expect(
      await eventually {
        round += 1
        gateway.cache.memory.drop()
        guard ["a", "b"].contains(await gateway.get(lost, orMake: round % 2 == 0 ? "a" : "b").text) else {
          return false
        }
        return await said(by: others, "EXISTS", Sample.name(of: lost)).contains("1")
      })
    await gateway.stop()
  }

  /// What each of them answers.
  private func said(by servers: [RedisServer], _ words: String...) async -> [String] {
    var answers: [String] = []
    for server in servers { answers.append(await server.cli(words)) }
    return answers
  }

  private func masters(of nodes: [RedisServer]) async -> [RedisServer] {
    zip(nodes, await said(by: nodes, "ROLE")).filter { $0.1.hasPrefix("master") }.map(\.0)
  }

  /// Three masters and their replicas, all in step. Its timeout is so long that a busy machine does not look like a
  /// dead node.
  private func cluster() async throws -> [RedisServer] {
    var nodes: [RedisServer] = []
    for _ in 0..<6 {
      nodes.append(
        try await RedisServer.start([
          "--cluster-enabled", "yes", "--cluster-config-file", "@folder/nodes.conf", "--cluster-node-timeout", "60000",
          "--cluster-require-full-coverage", "no",
        ]))
    }
    let addresses = nodes.map { "127.0.0.1:\($0.port)" }
    await nodes[0].cli(["--cluster", "create"] + addresses + ["--cluster-replicas", "1", "--cluster-yes"])
    #expect(
      await eventually {
        await said(by: nodes, "CLUSTER", "INFO").allSatisfy {
          $0.contains("cluster_state:ok") && $0.contains("cluster_known_nodes:6")
        }
      })
    // A replica that has never seen its master's data does not take over.
    #expect(
      await eventually {
        await said(by: nodes, "INFO", "replication").count { $0.contains("master_link_status:up") } == 3
      })
    return nodes
  }

  /// A key that belongs to this node.
  private func key(of node: RedisServer) async -> CacheKey? {
    for number in 1000..<1200 {
      let key = Sample.key(number)
      if await node.cli("SET", "weft:{\(key.hex)}:x", "1") == "OK" { return key }
    }
    return nil
  }

  /// A slot that goes from one node to another: what is asked of the old one is redirected.
  private func moveASlot(of key: CacheKey, _ nodes: [RedisServer], _ gateway: Gateway) async throws {
    await gateway.get(key, orMake: "moved")
    let name = Sample.name(of: key)
    let slot = await nodes[0].cli("CLUSTER", "KEYSLOT", name)
    let masters = await masters(of: nodes)
    func owners() async -> [RedisServer] {
      zip(masters, await said(by: masters, "EXISTS", name)).filter { $0.1 == "1" }.map(\.0)
    }
    #expect(await eventually { await owners().count == 1 })
    let from = try #require(await owners().first)
    let to = try #require(masters.first { $0 !== from })
    let (fromID, toID) = (await from.cli("CLUSTER", "MYID"), await to.cli("CLUSTER", "MYID"))
    await to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", fromID)
    await from.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", toID)
    // Half-way: the value is at the new node already, which the old one tells by ASK.
    #expect(await from.cli("MIGRATE", "127.0.0.1", "\(to.port)", name, "0", "60000") == "OK")
    gateway.cache.memory.drop()
    #expect(await eventually { await self.hits(gateway, key) })
    for node in [to, from] { await node.cli("CLUSTER", "SETSLOT", slot, "NODE", toID) }
    gateway.cache.memory.drop()
    #expect(await eventually { await self.hits(gateway, key) })
  }

  private func hits(_ gateway: Gateway, _ key: CacheKey) async -> Bool {
    let answer = await gateway.ask(key)
    answer.ticket?.abandon()
    return answer.hit?.text == "moved"
  }
}

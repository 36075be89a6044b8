import Foundation
import NIOCore
import Testing

@testable import Caching

/// Passwords, databases, sockets, TLS, a sentinel trio that fails over, a cluster of six.
@Suite(.serialized, .enabled(if: RedisServer.isWanted, "make test-redis runs these"))
struct TopologyTests {
  private func works(
    _ url: String, _ change: (inout RedisSettings) -> Void = { _ in }, number: Int = 1
  ) async throws -> Bool {
    let first = try Gateway(url) {
      $0.commandTimeout = .seconds(5)
      change(&$0)
    }
    let second = try Gateway(url) {
      $0.commandTimeout = .seconds(5)
      change(&$0)
    }
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
    let server = try RedisServer(["--requirepass", "hush hush"])
    #expect(try await works("redis://:hush%20hush@127.0.0.1:\(server.port)/3"))
    let name = "weft:t:\(CacheTag("a").hex)"
    #expect(server.cli("--no-auth-warning", "-a", "hush hush", "-n", "3", "EXISTS", name) == "1")
    #expect(server.cli("--no-auth-warning", "-a", "hush hush", "-n", "0", "EXISTS", name) == "0")
  }

  @Test func userAndPassword() async throws {
    let server = try RedisServer()
    #expect(server.cli("ACL", "SETUSER", "weft", "on", ">pw", "~weft:*", "&weft:*", "+@all") == "OK")
    #expect(try await works("redis://weft:pw@127.0.0.1:\(server.port)"))
  }

  @Test func aWrongPasswordIsNoHarm() async throws {
    let server = try RedisServer(["--requirepass", "right"])
    let gateway = try Gateway("redis://:wrong@127.0.0.1:\(server.port)")
    #expect(await gateway.get(Sample.key(1), orMake: "one").text == "one")
    #expect(gateway.cache.health == .degraded)
    await gateway.stop()
  }

  @Test func unixSocket() async throws {
    let server = try RedisServer()
    #expect(try await works("unix://\(server.socket)"))
  }

  @Test func overTLS() async throws {
    let certificate = try Certificate()
    let server = try RedisServer([
      "--tls-port", "0", "--tls-cert-file", certificate.file, "--tls-key-file", certificate.key,
      "--tls-ca-cert-file", certificate.file, "--tls-auth-clients", "no",
    ])
    let port = try FreePort.next()
    #expect(server.cli("CONFIG", "SET", "tls-port", "\(port)") == "OK")
    #expect(try await works("rediss://127.0.0.1:\(port)?ca=\(certificate.file)"))
    // Whoever is not known by the authority is not talked to.
    let other = try Gateway("rediss://127.0.0.1:\(port)")
    #expect(await other.get(Sample.key(2), orMake: "two").text == "two")
    #expect(await eventually { other.cache.counters[.redisConnectFailures] > 0 })
    #expect(other.cache.health == .degraded)
    await other.stop()
  }

  @Test func sentinelsFailOver() async throws {
    let master = try RedisServer()
    let replica = try RedisServer(["--replicaof", "127.0.0.1 \(master.port)"])
    let text = """
      sentinel monitor shop 127.0.0.1 \(master.port) 2
      sentinel down-after-milliseconds shop 500
      sentinel failover-timeout shop 3000
      """
    let sentinels = try (0..<3).map { _ in try RedisServer(sentinel: text) }
    // Until they know each other and the replica, they can't agree.
    #expect(
      await eventually {
        sentinels.allSatisfy { sentinel in
          let state = sentinel.cli("SENTINEL", "master", "shop").split(separator: "\n").map(String.init)
          func value(_ name: String) -> String? {
            state.firstIndex(of: name).map { state[$0 + 1] }
          }
          return value("num-other-sentinels") == "2" && value("num-slaves") == "1"
        }
      })
    let url = "redis+sentinel://" + sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") + "/shop"
    #expect(try await works(url))
    let gateway = try Gateway(url)
    #expect(await gateway.isConnected())
    master.kill()
    var number = 100
    // Answers go on all the time, and at last the new master has what is stored.
    #expect(
      await eventually {
        number += 1
        let key = Sample.key(number)
        guard await gateway.get(key, orMake: "\(number)", onLoop: number % 2).text == "\(number)" else { return false }
        return replica.cli("ROLE").hasPrefix("master")
          && replica.cli("EXISTS", "weft:{\(key.hex)}:v") == "1"
      })
    #expect(await gateway.isConnected())
    await gateway.stop()
  }

  @Test func aClusterOfSix() async throws {
    let nodes = try (0..<6).map { _ in
      try RedisServer([
        "--cluster-enabled", "yes", "--cluster-config-file", "@/nodes.conf", "--cluster-node-timeout", "1000",
        "--cluster-require-full-coverage", "no",
      ])
    }
    let addresses = nodes.map { "127.0.0.1:\($0.port)" }
    nodes[0].cli(["--cluster", "create"] + addresses + ["--cluster-replicas", "1", "--cluster-yes"])
    #expect(await eventually { nodes.allSatisfy { $0.cli("CLUSTER", "INFO").contains("cluster_state:ok") } })
    #expect(await eventually { nodes.allSatisfy { $0.cli("CLUSTER", "INFO").contains("cluster_known_nodes:6") } })
    // A replica that has never seen its master's data does not take over.
    #expect(
      await eventually {
        nodes.count { $0.cli("INFO", "replication").contains("master_link_status:up") } == 3
      })
    let url = "redis+cluster://" + addresses[0...1].joined(separator: ",")
    for number in 0..<4 { #expect(try await works(url, number: number)) }

    let gateway = try Gateway(url)
    #expect(await gateway.isConnected())
    try await moveASlot(of: Sample.key(50), nodes, gateway)

    let masters = nodes.filter { $0.cli("ROLE").hasPrefix("master") }
    #expect(masters.count == 3)
    let dead = try #require(masters.last)
    dead.kill()
    let others = nodes.filter { $0 !== dead }
    // A key of the dead node's slots is stored again once its replica has taken over.
    let lost = try #require(
      (1000..<1200).map(Sample.key).first { key in
        !others.contains { $0.cli("SET", "weft:{\(key.hex)}:x", "1") == "OK" }
      })
    var round = 0
    #expect(
      await eventually {
        round += 1
        gateway.cache.memory.drop()
        guard ["a", "b"].contains(await gateway.get(lost, orMake: round % 2 == 0 ? "a" : "b").text) else {
          return false
        }
        return others.contains { $0.cli("EXISTS", "weft:{\(lost.hex)}:v") == "1" }
      })
    await gateway.stop()
  }

  /// A slot that goes from one node to another: what is asked of the old one is redirected.
  private func moveASlot(of key: CacheKey, _ nodes: [RedisServer], _ gateway: Gateway) async throws {
    await gateway.get(key, orMake: "moved")
    let name = "weft:{\(key.hex)}:v"
    let slot = nodes[0].cli("CLUSTER", "KEYSLOT", name)
    func owners() -> [RedisServer] {
      nodes.filter { $0.cli("ROLE").hasPrefix("master") && $0.cli("EXISTS", name) == "1" }
    }
    #expect(await eventually { owners().count == 1 })
    let from = try #require(owners().first)
    let to = try #require(nodes.first { $0 !== from && $0.cli("ROLE").hasPrefix("master") })
    let (fromID, toID) = (from.cli("CLUSTER", "MYID"), to.cli("CLUSTER", "MYID"))
    to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", fromID)
    from.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", toID)
    // Half-way: the value is at the new node already, which the old one tells by ASK.
    #expect(from.cli("MIGRATE", "127.0.0.1", "\(to.port)", name, "0", "5000") == "OK")
    gateway.cache.memory.drop()
    #expect(await eventually { await self.hits(gateway, key) })
    for node in [to, from] { node.cli("CLUSTER", "SETSLOT", slot, "NODE", toID) }
    gateway.cache.memory.drop()
    #expect(await eventually { await self.hits(gateway, key) })
  }

  private func hits(_ gateway: Gateway, _ key: CacheKey) async -> Bool {
    let answer = await gateway.ask(key)
    answer.ticket?.abandon()
    return answer.hit?.text == "moved"
  }
}

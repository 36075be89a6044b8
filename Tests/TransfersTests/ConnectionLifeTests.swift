import TestSockets
import Testing
import Timing

@testable import Transfers

@Suite(.ownThreads) struct ConnectionLifeTests {
  private let start = Instant(nanoseconds: 0)

  private func second(_ count: Int64) -> Instant {
    Instant(nanoseconds: count * 1_000_000_000)
  }

  @Test func anIdleConnectionIsKeptForItsTime() {
    let life = ConnectionLife(since: start, maxAge: .seconds(300))
    #expect(life.keptUntil(second(10), idle: .seconds(60), offered: nil) == second(70))
  }

  /// Up to a fifth is left off.
  @Test(arguments: [(0.0, 300), (0.5, 270), (1.0, 240)])
  func anOldConnectionIsNotUsed(_ random: Double, _ seconds: Int64) {
    let life = ConnectionLife(since: start, maxAge: .seconds(300), random: random)
    #expect(life.retiresAt == second(seconds))
    #expect(life.keptUntil(second(230), idle: .seconds(600), offered: nil) == second(seconds))
    #expect(life.keptUntil(second(400), idle: .seconds(60), offered: nil) < second(400))
  }

  /// Less a second, but half of it at least; never more than the time of ours.
  @Test(arguments: [(0, 0), (1, 500), (2, 1000), (5, 4000), (60, 59000), (61, 60000), (1_000_000, 60000)])
  func whatTheBackendSaysIsRespected(_ offered: Int, _ milliseconds: Int64) {
    let life = ConnectionLife(since: start, maxAge: .seconds(3600))
    let end = life.keptUntil(start, idle: .seconds(60), offered: offered)
    #expect(end == Instant(nanoseconds: milliseconds * 1_000_000))
  }

  @Test(arguments: [
    ("Keep-Alive: timeout=5\r\n", 5), ("keep-alive:timeout=5, max=100\r\n", 5), ("KEEP-ALIVE: max=1, Timeout=7\r\n", 7),
    ("Keep-Alive: timeout=99999999999999999999\r\n", 1_000_000), ("Keep-Alive: timeout=\r\n", nil),
    ("Keep-Alive: max=100\r\n", nil), ("Keep-Alive: timeout=-1\r\n", nil), ("Keep-Alive\r\n", nil),
    ("Keep-Alives: timeout=5\r\n", nil), ("k", nil),
  ])
  func theFieldIsRead(_ line: String, _ seconds: Int?) {
    #expect(Array(line.utf8).withUnsafeBytes { KeepAliveField.seconds(in: $0) } == seconds)
  }

  @Test func aKeptConnectionExpires() throws {
    var table = SocketTable()
    let transfer = Marker()
    let user = ObjectIdentifier(transfer)
    let name = try #require(ConnectionName(peer: "127.0.0.1", port: 80, localPort: 40000))
    for (descriptor, name) in [(7, name), (8, nil)] as [(Int32, ConnectionName?)] {
      _ = table.opened(descriptor, at: start)
      table.place(user, on: descriptor)
      _ = table.transferEnded(descriptor, of: user, over: name)
      let end = table.keep(descriptor, second(1), maxAge: .seconds(300), idle: .seconds(60), offered: nil)
      #expect(end == second(61) && table.nextExpiry == second(61))
    }
    #expect(table.expired(second(60), isSureOfAll: true).isEmpty)
    #expect(table.expired(second(61), isSureOfAll: false) == [7])
    #expect(table.expired(second(61), isSureOfAll: true) == [8])
    #expect(table.nextExpiry == .distantFuture)
  }

  @Test func aConnectionInUseDoesNotExpire() {
    var table = SocketTable()
    let transfer = Marker()
    let user = ObjectIdentifier(transfer)
    _ = table.opened(7, at: start)
    table.place(user, on: 7)
    _ = table.transferEnded(7, of: user)
    _ = table.keep(7, start, maxAge: .seconds(300), idle: .seconds(60), offered: nil)
    table.place(user, on: 7)
    #expect(table.nextExpiry == .distantFuture)
    #expect(table.expired(second(1000), isSureOfAll: true).isEmpty)
  }

  /// Those of others stay, and one that is in use ends by itself.
  @Test func whatIsKeptOfARetiredOriginExpires() {
    var table = SocketTable()
    let (transfer, retired, other) = (Marker(), Marker(), Marker())
    let user = ObjectIdentifier(transfer)
    for (descriptor, origin) in [(7, retired), (8, other), (9, retired)] as [(Int32, Marker)] {
      _ = table.opened(descriptor, at: start)
      table.place(user, on: descriptor)
      _ = table.transferEnded(descriptor, of: user)
      _ = table.keep(
        descriptor, of: ObjectIdentifier(origin), start, maxAge: .seconds(300), idle: .seconds(60), offered: nil)
    }
    table.place(user, on: 9)
    table.retire([ObjectIdentifier(retired)], at: second(1))
    #expect(table.expired(second(1), isSureOfAll: true) == [7])
    #expect(table.nextExpiry == second(60))
  }

  /// Nothing else happens: it is the loop that ends it.
  @Test(arguments: ["X: 1", "Keep-Alive: timeout=1"])
  func anIdleConnectionIsEnded(_ field: String) async {
    let hasEnded = Gate()
    let server = ScriptedServer { peer in
      while peer.readRequest() != nil { peer.send("HTTP/1.1 200 OK\r\n\(field)\r\nContent-Length: 0\r\n\r\n") }
      hasEnded.open()
    }
    await withServer(server) { loop, origin in
      var settings = origin.settings
      if field.hasPrefix("X") { settings.connectionIdle = .milliseconds(50) }
      let origin = Origin(address: origin.address, settings: settings)
      #expect(await loop.get(origin).status == 200)
      await hasEnded.waitAsync()
      #expect(await loop.send(TransferRequest(origin: origin, method: "POST", target: "/")).word == "ok")
      #expect(server.connectionCount == 2)
    }
  }

  @Test func anOldConnectionIsReplaced() async {
    let server = ScriptedServer(answering: { ok($0.target) })
    await withServer(server) { loop, origin in
      var settings = origin.settings
      settings.connectionMaxAge = .nanoseconds(1)
      let origin = Origin(address: origin.address, settings: settings)
      for _ in 0..<5 { #expect(await loop.get(origin).status == 200) }
      #expect(server.connectionCount == 5)
    }
  }
}

private final class Marker {}

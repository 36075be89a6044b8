import Foundation
import Messages
import TestSockets
import Testing

@testable import Front

/// Numbers, times and departures.
@Suite struct LimitTests {
  private let request = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"

  private func waiting(_ signal: Signal<Exchange>) -> [(Router.Entry, any Endpoint)] {
    [(entry("GET /wait"), ClosureEndpoint { signal.set($0) }), (entry("GET /hello"), say("hello"))]
  }

  @Test func requestsInFlight() async throws {
    var settings = testSettings()
    settings.limits.requestsInFlight = 1
    let first = Signal<Exchange>()
    try await withServer(waiting(first), settings: settings, threads: 2) { server, port in
      let client = try RawSocket(port: port)
      try client.send(request)
      let exchange = await first.wait()
      #expect(server.requestsInFlight == 1)
      let other = try RawSocket(port: port)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      let refused = try other.answer()
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] == "1")
      exchange.reply(Reply(status: 200))
      #expect(try client.answer().status == 200)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().text == "hello")
    }
  }

  @Test func connections() async throws {
    var settings = testSettings()
    settings.limits.connections = 1
    try await withServer(waiting(Signal()), settings: settings, threads: 2) { server, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "hello")
      let other = try RawSocket(port: port)
      let refused = try other.answer()
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] == "1")
      #expect(other.isAtEnd())
      client.shut()
      var status = 503
      while status == 503 {
        let third = try RawSocket(port: port)
        try? third.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        status = (try? third.answer().status) ?? 503
      }
      #expect(status == 200)
    }
  }

  @Test(arguments: [true, false])
  func aClientThatLeavesCancels(byReset: Bool) async throws {
    let first = Signal<Exchange>()
    try await withServer(waiting(first)) { server, port in
      let client = try RawSocket(port: port)
      try client.send(request)
      let exchange = await first.wait()
      let left = Signal<Void>()
      exchange.onAbandoned { left.set(()) }
      if byReset { client.reset() } else { client.shut() }
      await left.wait()
      exchange.reply(Reply(status: 200))
      let again = Signal<Void>()
      exchange.onAbandoned { again.set(()) }
      await again.wait()
    }
  }

  @Test func aHalfClosedClientHasLeft() async throws {
    let first = Signal<Exchange>()
    try await withServer(waiting(first)) { _, port in
      let client = try RawSocket(port: port)
      try client.send(request)
      let left = Signal<Void>()
      await first.wait().onAbandoned { left.set(()) }
      client.finishSending()
      await left.wait()
      let quick = try RawSocket(port: port)
      try quick.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try quick.answer().text == "hello")
    }
  }

  @Test func aClientThatLeavesWithRequestsWaiting() async throws {
    let first = Signal<Exchange>()
    try await withServer(waiting(first)) { _, port in
      let client = try RawSocket(port: port)
      let filler = String(repeating: "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", count: 20_000)
      let left = Signal<Void>()
      Thread {
        try? client.send(request + filler)
      }.start()
      await first.wait().onAbandoned { left.set(()) }
      client.reset()
      await left.wait()
    }
  }

  @Test func anIdleConnectionIsClosed() async throws {
    var settings = testSettings()
    settings.timeouts.idle = .milliseconds(50)
    try await withServer(waiting(Signal()), settings: settings) { _, port in
      let client = try RawSocket(port: port)
      #expect(client.isAtEnd())
      let other = try RawSocket(port: port)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().text == "hello")
      #expect(other.isAtEnd())
    }
  }

  @Test func aSlowHeadIsRefused() async throws {
    var settings = testSettings()
    settings.timeouts.head = .milliseconds(50)
    try await withServer(waiting(Signal()), settings: settings) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\n")
      let answer = try client.answer()
      #expect(answer.status == 408)
      #expect(client.isAtEnd())
    }
  }

  @Test func aSlowBodyIsRefused() async throws {
    var settings = testSettings()
    settings.timeouts.body = .milliseconds(50)
    let routes = [(entry("POST /a"), say("never", body: .buffered(max: 100)) as any Endpoint)]
    try await withServer(routes, settings: settings) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhel")
      #expect(try client.answer().status == 408)
      #expect(client.isAtEnd())
    }
  }

  @Test func aReaderThatTakesNothingIsCutOff() async throws {
    var settings = testSettings()
    settings.timeouts.body = .milliseconds(100)
    let large = [UInt8](repeating: 0x61, count: 30_000_000)
    let routes = [(entry("GET /large"), ReplyEndpoint { _ in Reply(status: 200, body: large) } as any Endpoint)]
    try await withServer(routes, settings: settings) { server, port in
      let client = try RawSocket(port: port, receiveBuffer: 4096)
      try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      while server.openConnections == 0 { await Task.yield() }
      while server.openConnections > 0 { await Task.yield() }
      #expect(client.receiveAll().count < large.count)
    }
  }

  @Test func drainingClosesIdleConnectionsAndFinishesRunning() async throws {
    let first = Signal<Exchange>()
    try await withServer(waiting(first), threads: 2) { server, port in
      let idle = try RawSocket(port: port)
      try idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try idle.answer()
      let busy = try RawSocket(port: port)
      try busy.send(request)
      let exchange = await first.wait()
      async let isClean = server.drain(within: .seconds(20))
      #expect(idle.isAtEnd())
      #expect(throws: (any Error).self) {
        let late = try RawSocket(port: port)
        try late.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try late.answer()
      }
      exchange.reply(Reply(status: 200, body: [0x61]))
      let answer = try busy.answer()
      #expect(answer.text == "a")
      #expect(answer["Connection"] == "close")
      #expect(busy.isAtEnd())
      #expect(await isClean)
    }
  }

  @Test func drainingCutsOffWhatTakesTooLong() async throws {
    let first = Signal<Exchange>()
    try await withServer(waiting(first)) { server, port in
      let busy = try RawSocket(port: port)
      try busy.send(request)
      let left = Signal<Void>()
      await first.wait().onAbandoned { left.set(()) }
      #expect(await !server.drain(within: .milliseconds(20)))
      await left.wait()
      #expect(busy.isAtEnd())
    }
  }
}

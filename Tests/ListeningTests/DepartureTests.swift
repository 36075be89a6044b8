import Foundation
import Messages
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import Listening

/// Clients that leave, and the end of the server.
@Suite struct DepartureTests {
  private let request = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"

  private func waiting(_ signal: Signal<Exchange>) -> [(Router.Entry, any Endpoint)] {
    [(entry("GET /wait"), ClosureEndpoint { signal.set($0) }), (entry("GET /hello"), say("hello"))]
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
      exchange.answer(Answer(status: 200))
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
      exchange.answer(Answer(status: 200, body: [0x61]))
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

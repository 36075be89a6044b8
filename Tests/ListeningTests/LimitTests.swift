import Foundation
import Messages
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import Listening

extension RawSocket {
  /// Reads so many bytes, and keeps none.
  fileprivate func drop(_ count: Int) throws {
    var left = count
    while left > 0 { left -= try receive(upTo: left).count }
  }
}

/// Numbers and times.
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
      exchange.answer(Answer(status: 200))
      #expect(try client.answer().status == 200)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().text == "hello")
    }
  }

  /// Places are for what can be worked on.
  @Test(arguments: ["/buffered", "/streamed"])
  func aSlowBodyTakesNoPlaceOfOthers(_ path: String) async throws {
    var settings = testSettings()
    settings.limits.requestsInFlight = 1
    settings.limits.bodiesInFlight = 2
    let routes: [(Router.Entry, any Endpoint)] = [
      (entry("POST /buffered"), ClosureEndpoint(body: .buffered(max: 100)) { _ in }),
      (entry("POST /streamed"), ClosureEndpoint(body: .streamed) { _ in }),
      (entry("GET /hello"), say("hello")),
    ]
    try await withServer(routes, settings: settings, threads: 2) { server, port in
      let head = "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
      let slow = try (0..<2).map { _ in try RawSocket(port: port) }
      for client in slow { try client.send(head + "1") }
      while server.bodiesInFlight < 2 { await Task.yield() }
      let other = try RawSocket(port: port)
      for _ in 0..<2 {
        try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try other.answer().text == "hello")
      }
      try other.send(head + "1")
      let refused = try other.answer()
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] == "1")
      try slow[0].send("23")
      while server.bodiesInFlight > 1 || server.requestsInFlight < 1 { await Task.yield() }
    }
  }

  /// Bytes do not renew it.
  @Test func aHeadInDribsIsRefused() async throws {
    var settings = testSettings()
    settings.timeouts.head = .milliseconds(200)
    try await withServer(waiting(Signal()), settings: settings) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nX-A: ")
      let answered = Signal<Int>()
      startThread { answered.set((try? client.answer().status) ?? 0) }
      startThread { while (try? client.send("a")) != nil { usleep(20_000) } }
      #expect(await answered.wait() == 408)
    }
  }

  /// A byte now and then renews the wait for the next, but is not enough.
  @Test(arguments: ["/buffered", "/streamed", "/ignored"])
  func aBodyInDribsIsRefused(_ path: String) async throws {
    var settings = testSettings()
    settings.timeouts.bodyGrace = .milliseconds(200)
    settings.limits.bodyRate = 1_000_000
    let routes: [(Router.Entry, any Endpoint)] = [
      (entry("POST /buffered"), ClosureEndpoint(body: .buffered(max: 100_000)) { _ in }),
      (entry("POST /streamed"), ClosureEndpoint(body: .streamed) { _ in }),
      (entry("POST /ignored"), ClosureEndpoint { _ in }),
    ]
    try await withServer(routes, settings: settings) { server, port in
      let client = try RawSocket(port: port)
      try client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      let answered = Signal<Int>()
      startThread { answered.set((try? client.answer().status) ?? 0) }
      startThread { while (try? client.send("1\r\na\r\n")) != nil { usleep(20_000) } }
      #expect(await answered.wait() == 408)
      while server.bodiesInFlight + server.requestsInFlight > 0 { await Task.yield() }
    }
  }

  @Test func connectionsOfOneClient() async throws {
    var settings = testSettings()
    settings.limits.connectionsPerClient = 1
    try await withServer(hello, settings: settings, threads: 2) { server, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "hello")
      let other = try RawSocket(port: port)
      #expect(try other.answer().status == 503)
      #expect(other.isAtEnd())
      client.shut()
      while server.openConnections > 0 { await Task.yield() }
      let third = try RawSocket(port: port)
      try third.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try third.answer().text == "hello")
    }
  }

  @Test func trustedProxiesSpeakForMany() async throws {
    var settings = testSettings()
    settings.limits.connectionsPerClient = 1
    settings.trustedProxies = TrustedProxies(["127.0.0.0/8"])
    try await withServer(hello, settings: settings) { _, port in
      for client in try (0..<3).map({ _ in try RawSocket(port: port) }) {
        try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.answer().text == "hello")
      }
    }
  }

  @Test func aPlaceIsGivenBackWhenTheClientHasTheAnswer() async throws {
    var settings = testSettings()
    settings.limits.requestsInFlight = 1
    let large = [UInt8](repeating: 0x61, count: 30_000_000)
    let routes: [(Router.Entry, any Endpoint)] = [
      (entry("GET /large"), AnswerEndpoint { _ in Answer(status: 200, body: large) }),
      (entry("GET /hello"), say("hello")),
    ]
    try await withServer(routes, settings: settings, threads: 2) { server, port in
      let reader = try RawSocket(port: port)
      try reader.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try reader.receive(through: "\r\n\r\n")
      let other = try RawSocket(port: port)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().status == 503)
      try reader.drop(large.count)
      while server.requestsInFlight > 0 { await Task.yield() }
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().text == "hello")
      try reader.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try reader.answer().text == "hello")
    }
  }

  @Test func theSlowestTakersAreCutOff() async throws {
    var settings = testSettings()
    settings.limits.untakenBytes = 1 << 20
    let large = Answer(status: 200, body: [UInt8](repeating: 0x61, count: 30_000_000))
    let (one, two) = (Signal<Exchange>(), Signal<Exchange>())
    let routes: [(Router.Entry, any Endpoint)] = [
      (entry("GET /one"), ClosureEndpoint { one.set($0) }), (entry("GET /two"), ClosureEndpoint { two.set($0) }),
      (entry("GET /streamed"), say("hello", body: .streamed)), (entry("GET /hello"), say("hello")),
    ]
    try await withServer(routes, settings: settings, threads: 2) { server, port in
      let first = try RawSocket(port: port, receiveBuffer: 4096)
      try first.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
      let second = try RawSocket(port: port)
      try second.send("GET /two HTTP/1.1\r\nHost: x\r\n\r\n")
      let (slow, quick) = (await one.wait(), await two.wait())
      slow.answer(large)
      _ = try first.receive(through: "\r\n\r\n")
      while server.untakenBytes == 0 { await Task.yield() }
      quick.answer(large)
      _ = try second.receive(through: "\r\n\r\n")
      #expect(first.isReset())

      let other = try RawSocket(port: port)
      try other.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      let refused = try other.answer()
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] == "1")
      try other.send("GET /streamed HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.answer().text == "hello")
      try second.drop(large.body.count)
      while server.untakenBytes > 0 { await Task.yield() }
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
    let routes = [(entry("GET /large"), AnswerEndpoint { _ in Answer(status: 200, body: large) } as any Endpoint)]
    try await withServer(routes, settings: settings) { server, port in
      let client = try RawSocket(port: port, receiveBuffer: 4096)
      try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      while server.openConnections == 0 { await Task.yield() }
      while server.openConnections > 0 { await Task.yield() }
      #expect(client.receiveAll().count < large.count)
    }
  }
}

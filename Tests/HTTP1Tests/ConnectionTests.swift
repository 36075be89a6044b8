import Foundation
import Messages
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import HTTP1
@testable import Listening

/// Several requests on one connection: kept, pipelined, refused and closed.
@Suite struct ConnectionTests {
  @Test func keepsTheConnection() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      var ids = Set<String?>()
      for _ in 0..<100 {
        try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.text == "hello")
        ids.insert(answer["X-Request-Id"])
      }
      #expect(ids.count == 100)
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    let late = ClosureEndpoint { exchange in
      Thread { exchange.answer(Answer(status: 200, body: Array("late \(exchange.request.captures[0].value)".utf8))) }
        .start()
    }
    try await withServer([
      (entry("GET /late/:n"), late),
      (
        entry("GET /now/:n"),
        AnswerEndpoint { request in
          Answer(status: 200, body: Array("now \(request.captures[0].value)".utf8))
        }
      ),
    ]) { _, port in
      let client = try RawSocket(port: port)
      let count = 3000
      let sender = Thread {
        for index in 0..<count {
          try? client.send("GET /\(index % 3 == 0 ? "late" : "now")/\(index) HTTP/1.1\r\nHost: x\r\n\r\n")
        }
      }
      sender.start()
      for index in 0..<count {
        #expect(try client.answer().text == "\(index % 3 == 0 ? "late" : "now") \(index)")
      }
    }
  }

  /// 64 MiB of requests are more than the kernel keeps: a server that read them all would not stop the sender.
  @Test func requestsThatWaitAreBounded() async throws {
    let first = Signal<Exchange>()
    try await withServer([(entry("GET /wait"), ClosureEndpoint { first.set($0) })]) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
      let exchange = await first.wait()
      client.giveUpSending(afterMilliseconds: 300)
      let filler = Array(String(repeating: "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", count: 2_000_000).utf8)
      #expect(throws: RawSocket.Failure.self) { try client.send(filler) }
      exchange.answer(Answer(status: 200))
      #expect(try client.answer().status == 200)
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 400), ("GET /\r\n\r\n", 400), ("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("GET /hello HTTP/1.1\nHost: x\n\n", 400), ("GET /hello HTTP/3.0\r\nHost: x\r\n\r\n", 505),
  ])
  func whatIsNoRequestEndsTheConnection(text: String, status: Int) async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n" + text + "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().status == 200)
      let refused = try client.answer()
      #expect(refused.status == status)
      #expect(refused["Connection"] == "close")
      #expect(refused["X-Request-Id"] != nil)
      #expect(client.isAtEnd())
    }
  }

  @Test func aFaultWaitsForTheAnswerBeforeIt() async throws {
    let first = Signal<Exchange>()
    try await withServer([(entry("GET /wait"), ClosureEndpoint { first.set($0) })]) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n")
      await first.wait().answer(Answer(status: 200, body: Array("first".utf8)))
      #expect(try client.answer().text == "first")
      #expect(try client.answer().status == 400)
    }
  }

  @Test func limitsOfTheHead() async throws {
    var settings = testSettings()
    settings.limits.headerBytes = 1000
    try await withServer(hello, settings: settings) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 2000))")
      #expect(try client.answer().status == 431)
      #expect(client.isAtEnd())
      let other = try RawSocket(port: port)
      try other.send("GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n")
      #expect(try other.answer().status == 414)
    }
  }

  @Test func http10() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let kept = try client.answer()
      #expect(kept.text == "hello")
      #expect(kept["Connection"] == "keep-alive")
      try client.send("GET /hello HTTP/1.0\r\n\r\n")
      #expect(try client.answer()["Connection"] == "close")
      #expect(client.isAtEnd())
    }
  }

  @Test func connectionClose() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.text == "hello")
      #expect(answer["Connection"] == "close")
      #expect(client.isAtEnd())
    }
  }

  @Test func upgradesAreNotMade() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send(
        "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AA\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      #expect(try client.answer().text == "hello")
      #expect(try client.answer().text == "hello")
    }
  }

  @Test func aLargeAnswerToASlowReader() async throws {
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try await withServer([(entry("GET /large"), AnswerEndpoint { _ in Answer(status: 200, body: large) })]) { _, port in
      let client = try RawSocket(port: port, receiveBuffer: 4096)
      try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().body == large)
      #expect(try client.answer().body == large)
    }
  }
}

import Foundation
import Front
import Plans
import TestServers
import TestSockets
import Testing

@testable import Proxying

/// Backends that fail, before the head of their answer and after it.
@Suite struct ProxyFaultTests {
  @Test func failuresBeforeTheHead() async throws {
    let refusing = RawBackend { connection in connection.reset() }
    try await withProxy(to: refusing) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 502)
      #expect(answer["Content-Type"] == "application/problem+json")
      #expect(!answer.text.contains("127.0.0.1"))
    }
    let nonsense = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      try connection.send("SSH-2.0-x\r\n")
    }
    try await withProxy(to: nonsense) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().status == 502)
    }
    let done = Signal<Void>()
    let silent = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      blockUntil(done)
    }
    try await withProxy(to: silent, change: { plan, _ in plan.timeout = .milliseconds(50) }) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().status == 504)
      done.set(())
    }
  }

  @Test func anOpenCircuitSaysWhenToComeBack() async throws {
    let refusing = RawBackend { connection in connection.reset() }
    try await withProxy(
      to: refusing,
      change: { _, backend in
        var breaker = BackendPlan.Breaker()
        breaker.minimumCalls = 1
        backend.breaker = breaker
      }
    ) { _, port in
      let client = try RawSocket(port: port)
      var answer: RawAnswer
      repeat {
        try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = try client.answer()
      } while answer.status == 502
      #expect(answer.status == 503)
      #expect(Int(answer["Retry-After"] ?? "") ?? 0 > 0)
    }
  }

  @Test(arguments: [
    ("1.1", "Content-Length: 10\r\n\r\nhello"), ("1.1", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    ("1.0", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
  ])
  func aBrokenBodyNeverLooksWhole(version: String, rest: String) async throws {
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      try connection.send("HTTP/1.1 200 OK\r\n" + rest)
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/\(version)\r\nHost: x\r\n\r\n")
      let head = try client.receive(through: "\r\n\r\n")
      #expect(head.hasPrefix("HTTP/1.1 200"))
      if version == "1.0" {
        #expect(client.isReset())
      } else {
        let body = String(decoding: client.receiveAll(), as: UTF8.self)
        #expect(!body.contains("0\r\n\r\n"))
        #expect(body.utf8.count < (head.contains("chunked") ? 11 : 10))
      }
    }
  }
}

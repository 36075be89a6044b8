import Foundation
import Messages
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import Listening

/// What clients see of the server's answers, byte by byte.
@Suite struct ServerTests {
  @Test func answersWithItsOwnHeaders() async throws {
    try await withServer([
      (entry("GET /a"), AnswerEndpoint { _ in Answer(status: 200, headers: [HeaderField("X-A", "1")]) })
    ]) {
      _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 200)
      #expect(answer["X-A"] == "1")
      #expect(answer["Content-Length"] == "0")
      #expect(answer["X-Request-Id"]?.utf8.count == 32)
      #expect(answer["Date"]?.hasSuffix(" GMT") == true)
      #expect(answer["Connection"] == nil)
    }
  }

  @Test func headHasNoBody() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send(
        "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\n"
          + "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
      )
      let head = try client.answer(isHead: true)
      #expect(head.status == 200)
      #expect(head["Content-Length"] == "5")
      let missing = try client.answer(isHead: true)
      #expect(missing.status == 404)
      #expect(missing["Content-Length"] != "0")
      #expect(try client.answer().text == "hello")
    }
  }

  @Test func aStatusWithoutBody() async throws {
    try await withServer([
      (entry("GET /a"), say("ignored", status: 204)), (entry("GET /b"), say("ignored", status: 304)),
    ]) {
      _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
      for status in [204, 304] {
        let answer = try client.answer()
        #expect(answer.status == status)
        #expect(answer["Content-Length"] == nil)
      }
    }
  }

  @Test func problems() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /none HTTP/1.1\r\nHost: x\r\n\r\n")
      let missing = try client.answer()
      #expect(missing.status == 404)
      #expect(missing["Content-Type"] == "application/problem+json")
      #expect(missing.text.contains(#""status":404"#))
      try client.send("POST /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      let method = try client.answer()
      #expect(method.status == 405)
      #expect(method["Allow"] == "GET, HEAD, OPTIONS")
      try client.send("GET /a/%2e%2e/hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().status == 400)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().status == 200)
    }
  }

  @Test func options() async throws {
    try await withServer(hello) { _, port in
      let client = try RawSocket(port: port)
      try client.send("OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
      let path = try client.answer()
      #expect(path.status == 204)
      #expect(path["Allow"] == "GET, HEAD, OPTIONS")
      let all = try client.answer()
      #expect(all.status == 204)
      #expect(all["Allow"]?.contains("POST") == true)
    }
  }

  @Test func absoluteTargetsDecideTheHost() async throws {
    try await withServer([(entry("GET /a", hosts: ["b.example"]), say("b")), (entry("GET /a"), say("any"))]) {
      _, port in
      let client = try RawSocket(port: port)
      try client.send("GET http://b.example/a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "b")
      #expect(try client.answer().text == "any")
    }
  }

  @Test func unsafeHeadersAreLeftOut() async throws {
    let bad = AnswerEndpoint { _ in
      Answer(
        status: 200, headers: [HeaderField("X-A", "1\r\nX-B: 2"), HeaderField("X C", "3"), HeaderField("X-D", "4")])
    }
    try await withServer([(entry("GET /a"), bad)]) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.answer()
      #expect(answer["X-A"] == nil)
      #expect(answer["X-B"] == nil)
      #expect(answer["X-D"] == "4")
    }
  }

  @Test func theConnectionsOwnHeadersAreNotForEndpoints() async throws {
    let meddling = AnswerEndpoint { _ in
      let fields = ["Content-Length", "transfer-encoding", "Connection", "X-Request-Id", "Date", "X-Own"]
      return Answer(status: 200, headers: fields.map { HeaderField($0, "9") }, body: [0x61])
    }
    try await withServer([(entry("GET /a"), meddling), (entry("GET /b"), say("x", status: 101))]) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.text == "a")
      #expect(answer.all("content-length") == ["1"])
      #expect(answer.all("x-own") == ["9"])
      #expect(answer.lines.filter { $0.hasSuffix(": 9") } == ["X-Own: 9"])
      #expect(try client.answer().status == 500)
    }
  }

  @Test func anAnswerCountsOnce() async throws {
    let twice = ClosureEndpoint { exchange in
      exchange.answer(Answer(status: 200, body: [0x61]))
      exchange.answer(Answer(status: 500, body: [0x62]))
    }
    try await withServer([(entry("GET /a"), twice)]) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "a")
      #expect(try client.answer().text == "a")
    }
  }

  @Test func aReplacedSiteServesWhatComesLater() async throws {
    try await withServer(hello, threads: 2) { server, port in
      await server.replace(Site([(entry("GET /hello"), [], say("again"))]))
      let client = try RawSocket(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "again")
    }
  }
}

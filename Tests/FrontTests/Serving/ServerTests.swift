import Foundation
import Messages
import Testing

@testable import Front

/// What clients see of the server, byte by byte.
@Suite struct ServerTests {
  private let hello = [(entry("GET /hello"), say("hello") as any Endpoint)]

  @Test func answersWithItsOwnHeaders() async throws {
    try await withServer([
      (entry("GET /a"), ReplyEndpoint { _ in Reply(status: 200, headers: [HeaderField("X-A", "1")]) })
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
      Thread { exchange.reply(Reply(status: 200, body: Array("late \(exchange.request.captures[0].value)".utf8))) }
        .start()
    }
    try await withServer([
      (entry("GET /late/:n"), late),
      (
        entry("GET /now/:n"),
        ReplyEndpoint { request in
          Reply(status: 200, body: Array("now \(request.captures[0].value)".utf8))
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
      let piece = [UInt8]("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
      let filler = [UInt8]((0..<2_000_000).lazy.flatMap { _ in piece })
      #expect(throws: RawSocket.Failure.self) { try client.send(filler) }
      exchange.reply(Reply(status: 200))
      #expect(try client.answer().status == 200)
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
      await first.wait().reply(Reply(status: 200, body: Array("first".utf8)))
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

  @Test func absoluteTargetsDecideTheHost() async throws {
    try await withServer([(entry("GET /a", hosts: ["b.example"]), say("b")), (entry("GET /a"), say("any"))]) {
      _, port in
      let client = try RawSocket(port: port)
      try client.send("GET http://b.example/a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "b")
      #expect(try client.answer().text == "any")
    }
  }

  @Test func aLargeAnswerToASlowReader() async throws {
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try await withServer([(entry("GET /large"), ReplyEndpoint { _ in Reply(status: 200, body: large) })]) { _, port in
      let client = try RawSocket(port: port, receiveBuffer: 4096)
      try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().body == large)
      #expect(try client.answer().body == large)
    }
  }

  @Test func unsafeHeadersAreLeftOut() async throws {
    let bad = ReplyEndpoint { _ in
      Reply(
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
    let meddling = ReplyEndpoint { _ in
      let fields = ["Content-Length", "transfer-encoding", "Connection", "X-Request-Id", "Date", "X-Own"]
      return Reply(status: 200, headers: fields.map { HeaderField($0, "9") }, body: [0x61])
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
      exchange.reply(Reply(status: 200, body: [0x61]))
      exchange.reply(Reply(status: 500, body: [0x62]))
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
      server.replace(Site(router: Router([entry("GET /hello")]), endpoints: [say("again")]))
      let client = try RawSocket(port: port)
      var text = ""
      while text != "again" {
        try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        text = try client.answer().text
        #expect(text == "hello" || text == "again")
      }
    }
  }
}

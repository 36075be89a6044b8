import Messages
import TestSockets
import Testing
import Timing

@testable import Transfers

@Suite(.ownThreads) struct PerformTests {
  @Test func takesAnAnswer() async throws {
    try await withServer(
      ScriptedServer { peer in
        while let request = peer.readRequest() { peer.send(ok("hello \(request.target)")) }
      }
    ) { loop, origin in
      let answer = try await loop.get(origin, "/a/b?c=%20").get()
      #expect(answer.status == 200)
      #expect(String(decoding: answer.body, as: UTF8.self) == "hello /a/b?c=%20")
      #expect(answer.headers.bytes.isEmpty)
    }
  }

  @Test func reusesItsConnection() async throws {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      for _ in 0..<20 { #expect(await loop.get(origin).status == 200) }
      #expect(server.connectionCount == 1)
      #expect(server.requestCount == 20)
    }
  }

  @Test(
    arguments: [
      ("GET", nil), ("GET", "x"), ("POST", nil), ("POST", "body"), ("PUT", nil), ("PUT", "body"), ("PATCH", "p"),
      ("DELETE", nil), ("DELETE", "d"), ("OPTIONS", nil), ("PURGE", nil), ("PURGE", "p"), ("GET", nil),
    ] as [(String, String?)])
  func sendsMethodAndBody(method: String, body: String?) async throws {
    let server = ScriptedServer(answering: { ok("\($0.method) \($0["content-length"] ?? "-") \($0.text)") })
    await withServer(server) { loop, origin in
      var request = TransferRequest(origin: origin, method: method, target: "/")
      request.body = body.map { Array($0.utf8) }
      let length = body.map { String($0.utf8.count) } ?? (["POST", "PUT"].contains(method) ? "0" : "-")
      #expect(await loop.send(request).text == "\(method) \(length) \(body ?? "")")
    }
  }

  /// A handle does many, one after the other: no option of one request may be left in the next. With HEAD it rests.
  @Test func methodsFollowEachOther() async throws {
    let server = ScriptedServer(answering: { request in
      request.method == "HEAD"
        ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" : ok("\(request.method):\(request.text)")
    })
    await withServer(server) { loop, origin in
      let all: [(String, String?)] = [
        ("GET", nil), ("POST", "a"), ("HEAD", nil), ("GET", nil), ("PUT", "b"), ("GET", nil), ("DELETE", nil),
        ("HEAD", nil), ("POST", nil), ("PURGE", nil), ("GET", nil),
      ]
      for (method, body) in all {
        var request = TransferRequest(origin: origin, method: method, target: "/")
        request.body = body.map { Array($0.utf8) }
        #expect(await loop.send(request).text == (method == "HEAD" ? "" : "\(method):\(body ?? "")"))
      }
      #expect(server.connectionCount <= 3)
    }
  }

  @Test func sendsHeadersAsGiven() async throws {
    let server = ScriptedServer(answering: { ok($0.lines.dropFirst().joined(separator: "|")) })
    try await withServer(server) { loop, origin in
      var request = TransferRequest(origin: origin, method: "POST", target: "/")
      request.staticHeaders = try #require(
        PreparedHeaders([HeaderField("X-Static", "s"), HeaderField("Accept", "a/b")]))
      request.headers = [
        HeaderField("X-One", "1"), HeaderField("x-one", "2"), HeaderField("Empty", ""),
        HeaderField("Expect", "100-continue"),
        HeaderField("Content-Length", "99"), HeaderField("Host", "other"),
      ]
      #expect(
        await loop.send(request).text
          == "Host: other|X-One: 1|x-one: 2|Empty:|X-Static: s|Accept: a/b|Content-Length: 0")
      request.headers = []
      request.staticHeaders = .none
      request.method = "GET"
      #expect(await loop.send(request).text == "Host: 127.0.0.1:\(server.port)")
    }
  }

  @Test(arguments: [
    HeaderField("A", "b\r\nX: y"), HeaderField("A", "b\nX: y"), HeaderField("A", "b\0"), HeaderField("A: b", "c"),
    HeaderField("", "c"), HeaderField(":scheme", "c"), HeaderField("A\r\nB", "c"),
  ])
  func refusesHeadersThatBreakOut(field: HeaderField) async throws {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      var request = TransferRequest(origin: origin, target: "/")
      request.headers = [field]
      #expect(await loop.send(request).word == "invalid")
      #expect(PreparedHeaders([field]) == nil)
      #expect(server.connectionCount == 0)
    }
  }

  @Test(arguments: ["/a b", "/a\r\nX: y", "", "a", "/\u{0}", "/\u{7f}"])
  func refusesTargetsThatBreakOut(target: String) async throws {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      #expect(await loop.get(origin, target).word == "invalid")
      #expect(server.connectionCount == 0)
    }
  }

  @Test(arguments: ["/../a/./b//c", "/a#b", "/a?b#c|\"<>", "/ü", "/%2e%2E/", "*"])
  func sendsTargetsByteForByte(target: String) async throws {
    await withServer(ScriptedServer(answering: { ok($0.target) })) { loop, origin in
      #expect(await loop.get(origin, target).text == target)
    }
  }

  @Test func worksWithoutAPreferringTask() async throws {
    await withServer(ScriptedServer(answering: { _ in ok("x") })) { loop, origin in
      #expect(await loop.perform(TransferRequest(origin: origin, target: "/")).text == "x")
    }
  }
}

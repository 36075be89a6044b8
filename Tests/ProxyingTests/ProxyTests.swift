import Foundation
import Front
import Logging
import Plans
import TestServers
import TestSockets
import Testing
import Upstream

@testable import Proxying

/// Pass-through over real sockets: a raw client, the server, a transfer loop and a raw backend.
@Suite struct ProxyTests {
  @Test func theRequestGoesOnAsItCame() async throws {
    let head = Signal<String>()
    let backend = RawBackend { connection in
      head.set(try connection.receive(through: "\r\n\r\n"))
      try connection.send("HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok")
    }
    try await withProxy(
      to: backend, "ANY /api/*rest", "b /base/${path.rest}",
      change: { plan, _ in plan.headers = [HeaderTemplate(name: "X-Set", value: try TextTemplate.compile("mine"))] }
    ) { _, port in
      let client = try RawSocket(port: port)
      try client.send(
        "PROPFIND /api/a%2Fb//c?x=1&y=%zz+%20 HTTP/1.1\r\nHost: shop.example:81\r\nX-One: 1\r\nx-one: 2\r\nX-Two: a\r\n"
          + "Accept-Encoding: br\r\nCookie: s=1\r\nAuthorization: Bearer t\r\n"
          + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
          + "Keep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Authorization: x\r\nVia: 1.0 edge\r\n"
          + "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Port: 6\r\nX-Request-Id: evil\r\n"
          + "X_Forwarded_For: 6.6.6.6\r\nx_request-id: evil\r\nX_Set: evil\r\nX_Free: 1\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 200)
      #expect(answer.text == "ok")
      #expect(answer["Via"] == "1.1 weft")
      let lines = await head.wait().components(separatedBy: "\r\n").filter { !$0.isEmpty }
      #expect(lines[0] == "PROPFIND /base/a%2Fb//c?x=1&y=%zz+%20 HTTP/1.1")
      let id = try #require(answer["X-Request-Id"])
      #expect(
        Set(lines.dropFirst().filter { !$0.hasPrefix("traceparent: 00-") }) == [
          "Host: 127.0.0.1:\(backend.port)", "X-One: 1", "x-one: 2", "X-Two: a", "Accept-Encoding: br", "Cookie: s=1",
          "Authorization: Bearer t", "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "X-Forwarded-Proto: http",
          "X-Forwarded-Host: shop.example:81", "Forwarded: for=127.0.0.1;proto=http;host=\"shop.example:81\"",
          "Via: 1.0 edge, 1.1 \(Via.pseudonym)", "X-Request-Id: \(id)", "X-Set: mine", "X_Free: 1",
          "TE: trailers", "Connection: TE",
        ])
      let own = lines.filter { $0.lowercased().hasPrefix("x-one") }
      #expect(own == ["X-One: 1", "x-one: 2"])
      #expect(lines.count == 20)
    }
  }

  /// Header values that are no UTF-8 (RFC 9110 §5.5: obs-text), by the rules of all others.
  @Test func bytesOfHeadersGoOnAsTheyCame() async throws {
    let lines = Signal<[[UInt8]]>()
    let backend = RawBackend { connection in
      var head: [UInt8] = []
      while head.suffix(4) != [13, 10, 13, 10] { head += try connection.receive(exactly: 1) }
      lines.set(head.split(separator: 10).map { Array($0.dropLast()) })
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let rule = HeaderTemplate(name: "X-Set", value: try TextTemplate.compile("mine"))
    try await withProxy(to: backend, change: { plan, _ in plan.headers = [rule] }) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\nConnection: X-Hop\r\n")
      for name in ["X-A", "Cookie", "User-Agent", "X-Hop", "X-Forwarded-For", "X_Request_Id", "X-Set", "Proxy-X"] {
        try client.send(Array("\(name): v=".utf8) + [0xE9, 0xFF] + Array(" end\r\n".utf8))
      }
      try client.send("X-A: 2\r\n\r\n")
      #expect(try client.answer().text == "ok")
      let found = await lines.wait()
      let value: [UInt8] = Array(": v=".utf8) + [0xE9, 0xFF] + Array(" end".utf8)
      for name in ["X-A", "Cookie", "User-Agent"] { #expect(found.contains(Array(name.utf8) + value)) }
      #expect(found.count { $0.contains(0xE9) } == 3)
      #expect(found.filter { $0.starts(with: "X-A".utf8) } == [Array("X-A".utf8) + value, Array("X-A: 2".utf8)])
      #expect(found.filter { $0.starts(with: "X-Set".utf8) } == [Array("X-Set: mine".utf8)])
    }
  }

  @Test func theAnswerComesBackAsItWas() async throws {
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      let head =
        "HTTP/1.1 418 Teapot\r\nSet-Cookie: a=1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        + "set-cookie: b=2\r\nX-Empty:\r\n"
        + "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Authenticate: x\r\n"
        + "X-Request-Id: theirs\r\nVia: 1.1 origin\r\n"
        + "Content-Encoding: gzip\r\nContent-Length: 3\r\nX-Latin: "
      try connection.send(Array(head.utf8) + [0xE9] + Array("\r\n\r\n".utf8) + [1, 0, 255])
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      let raw = try client.receive(exactly: 9)
      #expect(String(decoding: raw, as: UTF8.self) == "HTTP/1.1 ")
      let rest = try client.receive(exactly: 3)
      #expect(String(decoding: rest, as: UTF8.self) == "418")
      var bytes: [UInt8] = []
      while bytes.suffix(7) != [0x0D, 0x0A, 0x0D, 0x0A, 1, 0, 255] { bytes += try client.receive(exactly: 1) }
      let latin = Array("X-Latin: ".utf8) + [0xE9, 0x0D, 0x0A]
      #expect(bytes.indices.contains { bytes[$0...].starts(with: latin) })
      let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
      #expect(lines.filter { $0.lowercased().hasPrefix("set-cookie") } == ["Set-Cookie: a=1", "set-cookie: b=2"])
      #expect(lines.filter { $0.hasPrefix("Date") } == ["Date: Sun, 06 Nov 1994 08:49:37 GMT"])
      #expect(lines.filter { $0.hasPrefix("Via") } == ["Via: 1.1 origin", "Via: 1.1 weft"])
      #expect(lines.contains("Content-Encoding: gzip"))
      #expect(lines.contains("Content-Length: 3"))
      #expect(lines.contains { $0.hasPrefix("X-Empty:") })
      #expect(!lines.contains { $0.hasPrefix("X-Hop") || $0.hasPrefix("Keep-Alive") || $0.hasPrefix("Proxy-") })
      #expect(lines.filter { $0.lowercased().hasPrefix("x-request-id") }.count == 1)
      #expect(!lines.contains { $0.contains("theirs") })
    }
  }

  @Test func headersAndHostByTheDefinition() async throws {
    let head = Signal<String>()
    let backend = RawBackend { connection in
      head.set(try connection.receive(through: "\r\n\r\n"))
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    try await withProxy(
      to: backend, "ANY /x/:id", "b /y?fixed=1",
      change: { plan, _ in
        plan.host = .client
        plan.headers = [
          HeaderTemplate(name: "X-Id", value: try TextTemplate.compile("${path.id}")),
          HeaderTemplate(name: "X-Gone", value: try TextTemplate.compile("${query.none}")),
        ]
        plan.reads.path = .all
        plan.reads.query = .all
      }
    ) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x/a%0Ab?q=1 HTTP/1.1\r\nHost: shop.example:81\r\n\r\n")
      #expect(try client.answer().status == 400)
      try client.send("GET /x/7?q=1 HTTP/1.1\r\nHost: shop.example:81\r\nx-id: 1\r\nX-ID: 2\r\nX-Gone: 3\r\n\r\n")
      #expect(try client.answer().status == 200)
      let lines = await head.wait().components(separatedBy: "\r\n")
      #expect(lines[0] == "GET /y?fixed=1 HTTP/1.1")
      #expect(lines.filter { $0.lowercased().hasPrefix("x-id") } == ["X-Id: 7"])
      #expect(!lines.contains { $0.hasPrefix("X-Gone") })
      #expect(lines.filter { $0.hasPrefix("Host") } == ["Host: shop.example:81"])
    }
  }

  @Test func continueIsSaidWhenTheBackendTakesTheBody() async throws {
    let head = Signal<String>()
    let backend = RawBackend { connection in
      head.set(try connection.receive(through: "\r\n\r\n"))
      let body = try connection.receive(exactly: 5)
      try connection.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8) + body)
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.answer().status == 100)
      try client.send("hello")
      #expect(try client.answer().text == "hello")
      #expect(await !head.wait().lowercased().contains("expect"))
    }
  }

  @Test(arguments: [("HEAD", 200, "Content-Length: 5\r\n"), ("GET", 304, "Content-Length: 5\r\n"), ("GET", 204, "")])
  func answersWithoutBody(method: String, status: Int, line: String) async throws {
    let backend = RawBackend { connection in
      while true {
        _ = try connection.receive(through: "\r\n\r\n")
        try connection.send("HTTP/1.1 \(status) X\r\nETag: \"a\"\r\n\(line)\r\n")
      }
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      for _ in 0..<2 {
        try client.send("\(method) /x HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try client.answer(isHead: true)
        #expect(answer.status == status)
        #expect(answer["ETag"] == "\"a\"")
        #expect(answer["Content-Length"] == (line.isEmpty ? nil : "5"))
        #expect(answer["Transfer-Encoding"] == nil)
      }
    }
  }

  @Test func aBodyUpToTheCloseIsChunkedOrClosed() async throws {
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      try connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      let chunked = try client.answer()
      #expect(chunked["Transfer-Encoding"] == "chunked")
      #expect(chunked.text == "hello")
      let old = try RawSocket(port: port)
      try old.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let closed = try old.answer()
      #expect(closed["Transfer-Encoding"] == nil)
      #expect(closed["Connection"] == "close")
      #expect(closed.text == "hello")
    }
  }

  @Test func manyAtOnce() async throws {
    let backend = RawBackend { connection in
      while true {
        let head = try connection.receive(through: "\r\n\r\n")
        let path = String(head.split(separator: " ")[1])
        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
      }
    }
    try await withProxy(to: backend, threads: 2) { _, port in
      await withTaskGroup(of: Int.self) { group in
        for number in 0..<16 {
          group.addTask {
            guard let client = try? RawSocket(port: port) else { return 0 }
            return (0..<100).count { index in
              let path = "/\(number)/\(index)"
              try? client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
              return (try? client.answer().text) == path
            }
          }
        }
        #expect(await group.reduce(0, +) == 1600)
      }
    }
  }
}

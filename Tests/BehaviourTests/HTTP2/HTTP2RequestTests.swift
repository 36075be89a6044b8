import Foundation
import Testing

extension Behaviour {
  /// Requests over HTTP/2 with prior knowledge, sent by curl.
  @Suite struct HTTP2RequestTests {
    private static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /static: { response: { of: "${headers.\\"x-name\\"}", host: "${client.host}", cookies: "${cookies}" } }
        POST /body: { response: { got: "${body}" } }
        GET /composite: { calls: { a: GET b1 /a, b: GET b1 /b } }
        GET /cached: { cache: { ttl: 60s }, calls: { v: GET b1 /cached } }
        ANY /p/*rest: { proxy: "b1 /${path.rest}" }
      """

    private func withGateway(_ body: (_ url: String, _ backend: ScriptedBackend) throws -> Void) throws {
      let large = String(repeating: "x", count: 1_000_000)
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/large": .json("\"\(large)\"")
        case "/trailers":
          {
            var answer = ScriptedAnswer()
            answer.raw = Array(
              "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n"
                .utf8)
            return answer
          }()
        default: .json("{\"bytes\":\(request.body.count)}")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "threads: 1\nlisten: { address: \"127.0.0.1:0\", http2: cleartext }\n")
      try body("http://127.0.0.1:\(gateway.port)", backend)
      try gateway.stopInOrder()
    }

    private func curl(_ arguments: String...) throws -> String {
      let child = try ChildProcess(
        "/usr/bin/curl", ["-sS", "--max-time", "\(Patience.seconds)", "--http2-prior-knowledge"] + arguments)
      #expect(child.waitForExit() == 0, "\(arguments): \(child.errors.text)")
      return child.output.text
    }

    @Test func compositesAndTheirInputs() throws {
      try withGateway { url, _ in
        let said = try curl("-H", "X-Name: n", "-H", "Cookie: a=1; b=2", "-H", "Host: shop.example", "\(url)/static")
        #expect(said == #"{"of":"n","host":"shop.example","cookies":{"a":"1","b":"2"}}"#)
        #expect(try curl("\(url)/composite") == #"{"a":{"bytes":0},"b":{"bytes":0}}"#)
        #expect(try curl("-d", #"{"a":[1]}"#, "\(url)/body") == #"{"got":{"a":[1]}}"#)
        #expect(try curl("-d", "{", "-o", "/dev/null", "-w", "%{http_code} %{http_version}", "\(url)/body") == "400 2")
        #expect(try curl("-o", "/dev/null", "-w", "%{http_code}", "\(url)/nowhere") == "404")
        #expect(try curl("-X", "DELETE", "-o", "/dev/null", "-w", "%{http_code}", "\(url)/static") == "405")
        let head = try curl("-I", "\(url)/static")
        #expect(head.hasPrefix("HTTP/2 200") && head.contains("content-length: ") && head.contains("x-request-id: "))
      }
    }

    @Test func bodiesBothWays() throws {
      let folder = try TemporaryFolder(files: ["body": String(repeating: "y", count: 3_000_000)])
      try withGateway { url, backend in
        #expect(try curl("-o", "/dev/null", "-w", "%{size_download}", "\(url)/p/large") == "1000002")
        #expect(try curl("--data-binary", "@\(folder.path)/body", "\(url)/p/up") == #"{"bytes":3000000}"#)
        #expect(
          try curl("-T", "\(folder.path)/body", "-H", "Expect: 100-continue", "\(url)/p/up") == #"{"bytes":3000000}"#)
        let refused = try curl("--data-binary", "@\(folder.path)/body", "-w", " %{http_code}", "\(url)/body")
        #expect(refused.hasSuffix(" 413") && refused.contains("1048576"))
        #expect(try curl("-i", "\(url)/p/trailers").contains("x-sum: 7"))
        let via = backend.requests.last?.head["via"] ?? ""
        #expect(via.hasPrefix("2.0 weft-"), "\(via)")
      }
    }

    @Test func hitsAndTheirValidators() throws {
      try withGateway { url, backend in
        let first = try curl("-i", "\(url)/cached")
        let second = try curl("-i", "\(url)/cached")
        #expect(second.contains("; hit") && second.hasSuffix(#"{"v":{"bytes":0}}"#), "\(second)")
        let tag = try #require(first.firstMatch(of: #/etag: (\S+)/#)?.1)
        let third = try curl("-i", "-H", "If-None-Match: \(tag)", "\(url)/cached")
        #expect(third.hasPrefix("HTTP/2 304") && third.contains("etag: \(tag)") && third.hasSuffix("\r\n\r\n"))
        #expect(backend.requests.count == 1)
      }
    }

    /// One port for both, told apart by the first bytes.
    @Test func http1BesideIt() throws {
      try withGateway { url, _ in
        let child = try ChildProcess("/usr/bin/curl", ["-sS", "-w", " %{http_version}", "\(url)/composite"])
        #expect(child.waitForExit() == 0 && child.output.text.hasSuffix("} 1.1"))
      }
    }
  }
}

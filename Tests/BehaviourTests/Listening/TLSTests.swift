import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// TLS as curl and openssl speak it.
  @Suite struct TLSTests {
    @Test func certificatesByName() throws {
      let gateway = try TLSGateway()
      for (name, subject) in [
        ("main.test", "main"), ("a.wild.test", "wild"), ("A.WILD.TEST", "wild"), ("a.b.wild.test", "main"),
        ("wild.test", "main"), ("else.test", "main"),
      ] {
        let said = try gateway.client("-servername", name)
        #expect(said.firstMatch(of: #/subject=CN ?= ?(\w+)/#)?.1 == subject[...], "\(name): \(said)")
      }
      #expect(try gateway.client("-noservername").firstMatch(of: #/subject=CN ?= ?(\w+)/#)?.1 == "main")
      try gateway.process.stopInOrder()
    }

    @Test func protocolsAreChosen() throws {
      let backend = try ScriptedBackend(json: "17")
      defer { backend.stop() }
      let gateway = try TLSGateway(backend: backend.url)
      let version = "%{http_version}"
      for (option, expected) in [("--http2", "2"), ("--http1.1", "1.1"), ("--no-alpn", "1.1")] {
        #expect(try gateway.curl(option, "-w", version, gateway.url("/static")) == #"{"scheme":"https"}\#(expected)"#)
        #expect(try gateway.curl(option, "-w", version, gateway.url("/call")) == #"{"v":17}\#(expected)"#)
        #expect(try gateway.curl(option, "-o", "/dev/null", "-w", "%{http_code}", gateway.url("/none")) == "404")
      }
      #expect(backend.requests.allSatisfy { $0["x-forwarded-proto"] == "https" })
      try gateway.process.stopInOrder()
      let old = try TLSGateway(more: "http2: false")
      #expect(try old.curl("--http2", "-o", "/dev/null", "-w", version, old.url("/static")) == "1.1")
      try old.process.stopInOrder()
    }

    @Test func versions() throws {
      let gateway = try TLSGateway()
      #expect(try gateway.client("-tls1_1").contains("alert"))
      #expect(try gateway.client("-tls1_2").contains("New, TLSv1.2"))
      #expect(try gateway.client("-tls1_3").contains("New, TLSv1.3"))
      try gateway.process.stopInOrder()
      let new = try TLSGateway(tls: #"minVersion: "1.3""#)
      #expect(try new.client("-tls1_2").contains("alert"))
      #expect(try new.client("-tls1_3").contains("New, TLSv1.3"))
      try new.process.stopInOrder()
    }

    /// RFC 9113 §9.2.2.
    @Test func aWeakCipherIsNotForHTTP2() throws {
      let gateway = try TLSGateway(tls: "ciphers: ECDHE-ECDSA-AES128-SHA")
      let weak = ["--tls-max", "1.2"]
      #expect(try gateway.curl(weak[0], weak[1], "--http1.1", gateway.url("/static")) == #"{"scheme":"https"}"#)
      let failed = #expect(throws: ChildProcess.Failure.self) {
        try gateway.curl(weak[0], weak[1], "--http2", "-v", gateway.url("/static"))
      }
      #expect(failed?.child.errors.text.contains(#/GOAWAY.*error=12/#) == true, "\(failed?.child.errors.text ?? "")")
      try gateway.process.stopInOrder()
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"]) func sessionsAreResumed(_ version: String) throws {
      let gateway = try TLSGateway()
      let session = gateway.authority.path("session")
      let request = "GET /static HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let first = try gateway.client(version, "-sess_out", session, sending: request)
      #expect(first.contains("New, TLS") && first.contains(#"{"scheme":"https"}"#), "\(first)")
      let second = try gateway.client(version, "-sess_in", session, sending: request)
      #expect(second.contains("Reused, TLS") && second.contains(#"{"scheme":"https"}"#), "\(second)")
      try gateway.process.stopInOrder()
    }

    /// A load balancer's header comes before the handshake.
    @Test func theProxyProtocolComesFirst() throws {
      let gateway = try TLSGateway(more: "proxyProtocol: true", settings: "trustedProxies: [127.0.0.1]")
      for version in ["--http1.1", "--http2"] {
        #expect(
          try gateway.curl(version, "--haproxy-protocol", gateway.url("/static")) == #"{"scheme":"https"}"#)
      }
      try gateway.process.stopInOrder()
    }

    /// A connection that is kept does not keep the room of its largest answer.
    @Test(.enabled(if: !Sanitizer.isOn, "it counts memory"))
    func idleConnectionsAreSmall() throws {
      let large = String(repeating: "x", count: 1_000_000)
      let backend = try ScriptedBackend(json: "\"\(large)\"")
      defer { backend.stop() }
      let routes =
        "backends: { b1: { url: \"${env.B1}\" } }\n"
        + "routes: { GET /large: { cache: 60s, calls: { v: GET b1 /large } } }\n"
      let gateway = try TLSGateway(routes: routes, backend: backend.url)
      _ = try gateway.curl("-o", "/dev/null", gateway.url("/large"))
      let before = try gateway.process.residentBytes()
      let request = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"
      var clients: [ChildProcess] = []
      for _ in 0..<16 {
        let client = try gateway.openClient(["-quiet", "-ign_eof"], input: request)
        #expect(client.output.wait { $0.utf8.count > large.utf8.count ? true : nil } == true)
        clients.append(client)
      }
      let grown = try gateway.process.residentBytes() - before
      #expect(grown < 8_000_000, "\(grown) bytes for \(clients.count) connections")
      try gateway.process.stopInOrder()
    }

    /// A client that says nothing, half of a handshake, or no TLS.
    @Test func whatIsNoHandshake() throws {
      let gateway = try TLSGateway(settings: "timeouts: { head: 200ms }")
      for bytes in [[], [22], [22, 3, 1, 0, 200, 1, 0, 0, 196]] as [[UInt8]] {
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(bytes)
        #expect(try client.receive() == nil)
      }
      for bytes in [[22, 3, 1, 0, 5, 1, 0, 0, 1, 9], [22, 255, 255, 255, 255, 255]] as [[UInt8]] {
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(bytes)
        // An alert, which is no answer, and the end.
        #expect((try? client.receive()) == nil)
      }
      let plain = try RawClient.exchange(port: gateway.port, "GET /static")
      #expect(plain.status == 400 && plain.text.contains("TLS"))
      #expect(gateway.process.logs("speaks no TLS"))
      #expect(try gateway.curl(gateway.url("/static")) == #"{"scheme":"https"}"#)
      try gateway.process.stopInOrder()
      #expect(
        !gateway.process.child.errors.text.contains(#/ (error|warning) /#), "\(gateway.process.child.errors.text)")
    }

    /// What only the connection's end delimits, and what ends a connection whose client still sends.
    @Test func lastAnswersAreWhole() throws {
      let large = String(repeating: "x", count: 3_000_000)
      let backend = try ScriptedBackend { request in request.target == "/large" ? .json("\"\(large)\"") : .json("1") }
      defer { backend.stop() }
      let gateway = try TLSGateway(settings: "limits: { bodyBytes: 1KiB }", backend: backend.url)
      for option in ["--http1.0", "--http1.1", "--http2"] {
        let said = try gateway.curl(option, "-H", "Connection: close", gateway.url("/p/large"))
        #expect(said.utf8.count == large.utf8.count + 2)
      }
      let body = gateway.authority.path("body")
      try large.write(toFile: body, atomically: true, encoding: .utf8)
      for option in ["--http1.1", "--http2"] {
        let status = try gateway.curl(
          option, "-H", "Expect:", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@\(body)",
          gateway.url("/call"))
        #expect(status == "405")
      }
      try gateway.process.stopInOrder()
    }

    /// Idle ones are told, and end; so does a handshake that is under way.
    @Test func connectionsEndOnDrain() throws {
      let gateway = try TLSGateway()
      let clients = try (0..<5).map { index in
        try gateway.openClient(["-quiet", "-ign_eof", "-alpn", index % 2 == 0 ? "http/1.1" : "h2"], input: "")
      }
      let stalled = try RawClient(port: gateway.port)
      try stalled.sendRaw([22] as [UInt8])
      #expect(gateway.process.waitForHealth { $0["connections"]?.number == 6 })
      try gateway.process.stopInOrder()
      #expect(try stalled.receive() == nil)
      for client in clients { #expect(client.waitForExit() != nil) }
    }
  }
}

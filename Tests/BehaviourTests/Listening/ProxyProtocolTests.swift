import Testing

extension Behaviour {
  /// Proxies that say by the PROXY protocol for whom they connect.
  @Suite struct ProxyProtocolTests {
    private static let binary: [UInt8] =
      [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
      + [203, 0, 113, 9, 192, 0, 2, 2, 1, 2, 3, 4]

    private func withGateway(trusted: String = "127.0.0.1", more: String = "", _ body: (GatewayProcess) throws -> Void)
      throws
    {
      let gateway = try GatewayProcess(
        """
        routes:
          GET /ip: { response: { ip: "${client.ip}" } }
        """,
        gateway: """
          threads: 1
          trustedProxies: ["\(trusted)"]
          listen: { address: "127.0.0.1:0", proxyProtocol: true, http2: cleartext }
          \(more)
          """)
      try body(gateway)
      try gateway.stopInOrder()
    }

    @Test func theClientIsTheOneThatItNames() throws {
      try withGateway { gateway in
        for header in [Array("PROXY TCP4 203.0.113.9 192.0.2.2 1 2\r\n".utf8), Self.binary] {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw(header)
          for forwarded in [[], ["X-Forwarded-For: 198.51.100.1"]] {
            try client.send("GET /ip", headers: forwarded)
            #expect(try client.receive()?.text == #"{"ip":"203.0.113.9"}"#)
          }
        }
        let said = try Curl.run("--haproxy-protocol", "--http2-prior-knowledge", "http://127.0.0.1:\(gateway.port)/ip")
        #expect(said == #"{"ip":"127.0.0.1"}"#)
      }
    }

    @Test(arguments: ["GET /ip HTTP/1.1\r\nHost: x\r\n\r\n", "PROXY TCP4 x y 1 2\r\n"])
    func whoSaysNothingIsClosed(_ text: String) throws {
      try withGateway { gateway in
        let client = try RawClient(port: gateway.port)
        try client.sendRaw(text)
        #expect(try client.receive() == nil)
      }
    }

    @Test func onlyTrustedProxiesMay() throws {
      try withGateway(trusted: "192.0.2.7") { gateway in
        let client = try RawClient(port: gateway.port)
        try? client.sendRaw("PROXY TCP4 203.0.113.9 192.0.2.2 1 2\r\nGET /ip HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect((try? client.receive()) == nil)
        #expect(gateway.logs("from no trusted proxy"))
      }
    }

    /// A bound on a client's connections is on those of the client that it names.
    @Test func connectionsCountForTheClient() throws {
      try withGateway(more: "limits: { connectionsPerClient: 1 }") { gateway in
        func connect(_ address: String) throws -> (RawClient, Int?) {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw("PROXY TCP4 \(address) 192.0.2.2 1 2\r\n")
          try client.send("GET /ip")
          return (client, try client.receive()?.status)
        }
        let one = try connect("203.0.113.9")
        let two = try connect("203.0.113.10")
        #expect(one.1 == 200 && two.1 == 200)
        #expect(try connect("203.0.113.9").1 == 503)
        withExtendedLifetime((one, two)) {}
      }
    }

    @Test func whoSendsHalfOfItHasItsTime() throws {
      try withGateway(more: "timeouts: { head: 300ms }") { gateway in
        let client = try RawClient(port: gateway.port)
        try client.sendRaw("PROXY TCP4 ")
        #expect(try client.receive() == nil)
      }
    }
  }
}

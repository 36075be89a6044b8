import TestSockets
import Testing

extension Behaviour {
  /// Bodies that are compressed, read by curl, which takes all codings and both protocols.
  @Suite struct CompressionTests {
    private static let products = (0..<500).map { "{\"id\":\($0),\"name\":\"product \($0 * 7919 % 503)\"}" }
    private static let document = "[\(products.joined(separator: ","))]"
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let definition = """
      defaults: { compress: true }
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /composite: { calls: { products: GET b1 /products } }
        GET /kept: { cache: 1h, calls: { products: GET b1 /products } }
        GET /p/*rest: { proxy: "b1 /${path.rest}" }
      """
    private static let settings = """
      listen: { address: "127.0.0.1:0", http2: cleartext }
      admin: { address: "127.0.0.1:0" }
      """

    private func withGateway(_ body: (GatewayProcess) throws -> Void) throws {
      let backend = try ScriptedBackend { _ in .json(Self.document) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings)
      try body(gateway)
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    private func get(_ gateway: GatewayProcess, _ path: String, _ coding: String, _ protocolOption: String) throws -> (
      body: String, size: Int
    ) {
      let printed = try Curl.run(
        "--compressed", "--header", "Accept-Encoding: \(coding)", protocolOption, "--write-out", "\n%{size_download}",
        "http://127.0.0.1:\(gateway.port)\(path)")
      let end = try #require(printed.lastIndex(of: "\n"))
      return (String(printed[..<end]), try #require(Int(printed[end...].dropFirst())))
    }

    @Test(arguments: ["gzip", "br", "zstd"], ["--http1.1", "--http1.0", "--http2-prior-knowledge"])
    func allKindsOfRoutes(_ coding: String, _ protocolOption: String) throws {
      try withGateway { gateway in
        for (path, body) in [
          ("/composite", "{\"products\":\(Self.document)}"), ("/kept", "{\"products\":\(Self.document)}"),
          ("/kept", "{\"products\":\(Self.document)}"), ("/p/products", Self.document),
        ] {
          let (found, size) = try get(gateway, path, coding, protocolOption)
          #expect(found == body, "\(path)")
          #expect(size < body.utf8.count / 3, "\(path): \(size)")
        }
      }
    }

    /// What is kept in each coding counts for the cache's memory, and is not made again.
    @Test func aKeptAnswerIsCompressedOnce() throws {
      try withGateway { gateway in
        var sizes = [Int]()
        for coding in ["identity", "gzip", "br", "zstd", "gzip", "br", "zstd", "identity"] {
          _ = try get(gateway, "/kept", coding, "--http1.1")
          let health = try RawClient.exchange(port: gateway.adminPort, "GET /health").json()
          sizes.append(Int(try #require(health["cache"]?["bytes"]?.number)))
        }
        #expect(sizes[0] < sizes[1] && sizes[1] < sizes[2] && sizes[2] < sizes[3], "\(sizes)")
        #expect(sizes[4...].allSatisfy { $0 == sizes[3] }, "\(sizes)")
      }
    }

    /// It is more than goes through in one go; what is kept of it is compressed for each client.
    @Test(arguments: ["gzip", "br", "zstd"]) func aLargeAnswerIsCompressedInPieces(_ coding: String) throws {
      let text = String(repeating: Self.document, count: 120)
      let backend = try ScriptedBackend { _ in .json("\"\(text.replacing("\"", with: "'"))\"") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings)
      let body = "{\"products\":\"\(text.replacing("\"", with: "'"))\"}"
      #expect(body.utf8.count > 3 << 19)
      for path in ["/composite", "/kept", "/kept"] {
        for protocolOption in ["--http1.1", "--http1.0", "--http2-prior-knowledge"] {
          let (found, size) = try get(gateway, path, coding, protocolOption)
          #expect(found == body, "\(path)")
          #expect(size < body.utf8.count / 3, "\(path): \(size)")
        }
      }
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    @Test func aPieceArrivesBeforeTheNextIsMade() throws {
      let taken = Barrier(2)
      let backend = try ScriptedBackend { _ in
        .custom { stream in
          try stream.write(Self.head + "5\r\nfirst\r\n")
          guard taken.arrive() else { return }
          try stream.write("6\r\nsecond\r\n0\r\n\r\n")
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /p/x", headers: ["Accept-Encoding: gzip"])
      let head = try #require(try client.stream.readHead())
      #expect(head["Content-Encoding"] == "gzip")
      // The end of what a flush writes (RFC 1951 §3.2.4: an empty block that is stored).
      #expect(try client.stream.read(through: [0x00, 0x00, 0xFF, 0xFF]) != nil)
      #expect(taken.arrive())
      #expect(try client.stream.read(through: Array("\r\n0\r\n\r\n".utf8)) != nil)
      try gateway.stopInOrder()
    }

    /// Those who leave take nothing with them: afterwards as many are compressed at once as before.
    @Test func clientsThatLeaveGiveTheirCompressorsBack() throws {
      let backend = try ScriptedBackend { request in
        if request.line == "GET /products" { return .json(Self.document) }
        return .custom { stream in
          try stream.write(Self.head + "5\r\nfirst\r\n")
          while try !stream.read().isEmpty {}
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: Self.settings)
      for _ in 0..<300 {
        let client = try RawClient(port: gateway.port)
        try client.send("GET /p/x", headers: ["Accept-Encoding: zstd"])
        let head = try #require(try client.stream.readHead())
        #expect(head["Content-Encoding"] == "zstd")
        client.stream.close()
      }
      #expect(gateway.isQuiet())
      let (found, size) = try get(gateway, "/p/products", "br", "--http1.1")
      #expect(found == Self.document && size < found.utf8.count / 3)
      try gateway.stopInOrder()
    }
  }
}

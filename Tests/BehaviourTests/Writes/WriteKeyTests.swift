import Testing

extension Behaviour {
  /// The `Idempotency-Key` that writes are sent with.
  @Suite struct WriteKeyTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}", forward: [idempotency-key] }
      routes:
        POST /a:
          calls:
            read: GET b1 /read
            search: { request: POST b1 /search, safe: true }
            many: { each: "${body}", request: "POST b1 /items/${item}", concurrency: 1 }
      """

    /// Two clients' keys are two, by whatever they show who they are; one client's is one, whichever of its credentials it
    /// shows. So it is of what undoes a write, and where the gateway makes the key.
    @Test func aKeyIsOfWhoTheClientHasShownToBe() throws {
      let backend = try ScriptedBackend { .json("{}", status: $0.target == "/last" ? 409 : 200) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        files: [
          "gateway.yaml": """
          auth:
            shop: { apiKey: { from: [{ cookie: key }, { header: x-key }], keys: keys.yaml } }
          """,
          // key-of-acme; key-old and key-new.
          "keys.yaml": """
          - { id: acme, sha256: 689febd264f8b977e29c0fdb75f839eb248ba07d1561b14f2b95f42756943245 }
          - id: gamma
            sha256s:
              - 28443aeace889b3e9bc4411f134e860309beea04d7202417db03953fffcec3cf
              - ca74744a78571a723f2d7bcd1b080bf775e08a2dd9da280f52dacd041799a257
          """,
          "main.yaml": """
          backends: { b1: { url: "${env.B1}" } }
          routes:
            POST /pay:
              auth: shop
              calls:
                pay: { request: POST b1 /pay, required: true, compensate: DELETE b1 /pay }
                last: { request: POST b1 /last, required: true, after: [pay] }
          """,
        ], environment: ["B1": backend.url])
      func keys(_ credential: String, _ others: String...) throws -> [String?] {
        backend.restart { .json("{}", status: $0.target == "/last" ? 409 : 200) }
        let headers = [credential, "Idempotency-Key: k"] + others
        #expect(try gateway.exchange("POST /pay", headers: headers).status == 409)
        #expect(backend.lines == ["POST /pay", "POST /last", "DELETE /pay"])
        return backend.requests.map { $0["idempotency-key"] }
      }
      let acme = try keys("Cookie: key=key-of-acme")
      #expect(Set(acme).count == 3 && acme.allSatisfy { $0?.count == 32 })
      #expect(try keys("X-Key: key-of-acme", "Authorization: whatever") == acme)
      let gamma = try keys("Cookie: key=key-old")
      #expect(Set(gamma).isDisjoint(with: acme))
      #expect(try keys("Cookie: key=key-new") == gamma)
      try gateway.stopInOrder()
    }

    /// Lines of one name are one value; an empty one is none.
    @Test func aClientsKeyIsTheValueOfItsField() throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes: { POST /pay: { calls: { pay: POST b1 /pay } } }
        """, { _ in .json("{}") }
      ) { gateway, backend in
        func key(_ lines: String...) throws -> String? {
          backend.restart { _ in .json("{}") }
          #expect(try gateway.exchange("POST /pay", headers: lines).status == 200)
          return backend.requests.first?["idempotency-key"]
        }
        #expect(try key("Idempotency-Key:") == nil)
        #expect(try key("Idempotency-Key: ", "Idempotency-Key:") == nil)
        let one = try key("Idempotency-Key: a")
        #expect(one?.count == 32)
        #expect(try key("Idempotency-Key: a", "Idempotency-Key:") == one)
        let both = try key("Idempotency-Key: a", "Idempotency-Key: b")
        #expect(both?.count == 32 && both != one)
        #expect(try key("Idempotency-Key: a, b") == both)
      }
    }

    /// Of two methods of a path, and in none that only reads, whatever is forwarded.
    @Test func aKeyIsOfItsRoute() throws {
      let definition = """
        backends: { b1: { url: "${env.B1}", forward: all } }
        routes:
          POST /k: { calls: { v: { request: POST b1 /v, required: true } } }
          PUT /k: { calls: { v: { request: POST b1 /v, required: true } } }
          POST /read: { calls: { v: { request: POST b1 /read, safe: true, required: true } } }
        """
      try GatewayProcess.run(definition, { _ in .json("{}") }) { gateway, backend in
        for line in ["POST /k", "PUT /k", "POST /k", "POST /read"] {
          let answer = try gateway.exchange(line, headers: ["Idempotency-Key: k", "X-A: 1"])
          #expect(answer.status == 200)
        }
        let keys = backend.requests.map { $0["idempotency-key"] }
        #expect(keys[0] == keys[2] && keys[0] != keys[1] && keys[..<3].allSatisfy { $0?.count == 32 } && keys[3] == nil)
        #expect(backend.requests.allSatisfy { $0["x-a"] == "1" })
      }
    }

    /// As a client sends it, it goes to nobody; equal items have keys of their own.
    @Test(arguments: ["k", "\u{e9}"]) func aKeyNamesOneThing(_ key: String) throws {
      try GatewayProcess.run(Self.definition, { _ in .json("{}") }) { gateway, backend in
        let client = try RawClient(port: gateway.port)
        // One byte for each character: the second is no UTF-8.
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nIdempotency-Key: \(key)\r\n"
        try client.sendRaw((head + "Content-Length: 15\r\n\r\n").unicodeScalars.map { UInt8($0.value) })
        try client.sendRaw(#"["x", "x", "y"]"#)
        #expect(try client.receive()?.status == 200)
        let keys = Dictionary(grouping: backend.requests, by: \.target).mapValues { $0.map { $0["idempotency-key"] } }
        #expect(keys["/read"] == [nil] && keys["/search"] == [nil])
        let written = (keys["/items/x"] ?? []) + (keys["/items/y"] ?? [])
        #expect(written.count == 3 && Set(written).count == 3 && written.allSatisfy { $0?.count == 32 })
      }
    }
  }
}

import Foundation
import TestRedis
import TestSockets
import Testing

extension Behaviour {
  /// What docs/recipes.md shows does what it says there. Its keys are `foo` and `bar`.
  @Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "it makes certificates"))
  struct RecipeTests {
    static func files(_ heading: String) throws -> [String: String] {
      let shown = try DocumentedFolder.all(in: "docs/recipes.md")
      return try #require(shown.first { $0.heading == heading }).files
    }

    /// A folder is good, and has no more to say than what stands here.
    static func check(_ files: [String: String], saying warnings: [String] = []) throws {
      let folder = try TemporaryFolder(files: files)
      for name in files.keys where name.hasSuffix(".key") || name == "keys.yaml" {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder.path)/\(name)")
      }
      let result = try WeftBinary.run(["check", folder.path])
      let said = result.errors.split(separator: "\n").filter { $0.contains("warning: ") || $0.contains("error: ") }
      #expect(result.status == 0 && said.count == warnings.count, "\(result)")
      for (line, warning) in zip(said, warnings) { #expect(line.contains(warning), "\(result)") }
    }

    /// The headings of the page are those that are tried here.
    @Test func allAreTried() throws {
      #expect(
        try DocumentedFolder.all(in: "docs/recipes.md").map(\.heading) == [
          "A gateway beside one service", "An edge with certificates on both sides", "Plans with monthly quotas",
          "A public API for pages",
        ])
    }

    // MARK: A gateway beside one service

    @Test func besideOneService() throws {
      let files = try Self.files("A gateway beside one service")
      try Self.check(files)
      let published = TokenIssuer.published(.first)
      let backend = try ScriptedBackend { request in
        switch request.target {
        case "/keys": .json(published)
        case "/hanging": .fault(.hang)
        default: .json(#"{"ok":true}"#)
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        files: files, environment: ["KEYS_URL": "\(backend.url)/keys", "APP_URL": backend.url])
      func token(_ more: String, end: Int = TokenIssuer.end) -> String {
        TokenIssuer.first.token(TokenIssuer.claims("anna", more, end: end))
      }
      let good = token(#""iss":"https://id.example.com","aud":"orders""#)
      #expect(try gateway.exchangeOnceKnown("GET /orders/1?a=b", token: good).status == 200)
      #expect(backend.lines.last == "GET /orders/1?a=b")
      let posing = try gateway.exchange(
        "DELETE /orders/1", headers: ["Authorization: Bearer \(good)", "X-User-Id: root"])
      #expect(posing.status == 200 && backend.requests.last?["x-user-id"] == "anna")
      #expect(posing["X-Content-Type-Options"] == "nosniff")
      #expect(posing["RateLimit-Policy"]?.contains("q=100;w=900") == true, "\(posing)")
      #expect(posing["RateLimit-Policy"]?.contains("\"orders defaults 10/1s+20\";q=10;w=1") == true, "\(posing)")
      let asked = backend.requests.count
      for bad in [
        token(#""iss":"https://else.example.com","aud":"orders""#),
        token(#""iss":"https://id.example.com","aud":"others""#),
        token(#""iss":"https://id.example.com","aud":"orders""#, end: 1_000_000_000),
      ] { #expect(try gateway.exchange("GET /orders/1", token: bad).status == 401) }
      #expect(try gateway.exchange("GET /orders/1").status == 401)
      let large = ["Authorization: Bearer \(good)", "Content-Length: 102401"]
      #expect(try gateway.exchange("POST /orders", headers: large).status == 413)
      #expect(backend.requests.count == asked)
      #expect(try gateway.exchange("GET /hanging", token: good).status == 504)
      var passed = 0
      while passed < 101, try gateway.exchange("GET /orders/1").status == 401 { passed += 1 }
      let over = try gateway.exchange("GET /orders/1", token: good)
      #expect(passed < 100 && over.status == 429 && over["Retry-After"] != nil, "\(passed) \(over)")
      let health = try gateway.exchange("GET /healthz")
      #expect(health.status == 200 && health["RateLimit"] == nil && backend.requests.last?["x-user-id"] == nil)
      try gateway.stopInOrder()
    }

    // MARK: Plans with monthly quotas

    @Test func plansWithMonthlyQuotas() async throws {
      var files = try Self.files("Plans with monthly quotas")
      try Self.check(files)
      let redis = try await RedisServer.start()
      let backend = try ScriptedBackend(json: "{}")
      defer { backend.stop() }
      // A key that the page's command makes.
      let made = try WeftBinary.run(["key", "new", "--id", "late", "--plan", "trial"])
      let key = try #require("\(made.output)\(made.errors)".firstMatch(of: #/weft_[0-9a-f]{64}/#)).0
      let gateways = try (0..<2).map { _ in
        try GatewayProcess(files: files, environment: ["REDIS_URL": redis.url, "API_URL": backend.url])
      }
      for gateway in gateways {
        #expect(gateway.waitForHealth { $0["limits"]?["state"]?.string == "connected" })
      }
      func ask(_ line: String, _ key: some StringProtocol, _ number: Int = 0) throws -> RawResponse {
        try gateways[number % 2].exchange(line, headers: ["X-API-Key: \(key)"])
      }
      #expect(try gateways[0].exchange("GET /v1/items").status == 401)
      #expect(try ask("GET /v1/items", key).status == 401)
      let standard = try ask("GET /v1/items?a=b", "foo")
      #expect(standard.status == 200 && backend.lines == ["GET /v1/items?a=b"])
      #expect(backend.requests.last?["x-api-key"] == nil)
      let policies = standard["RateLimit-Policy"] ?? ""
      #expect(policies.contains("q=600;w=60") && policies.contains(#/q=100000;w=2[4-6]\d{5}/#), "\(policies)")
      #expect(try ask("GET /v1/plan", "bar").text == #"{"customer":"visitor","plan":"trial"}"#)

      // Over both gateways 100 in the month, and not one more. Where Redis was late on a busy machine, nobody was let in.
      let begin = backend.requests.count
      var (allowed, unsure, last) = (0, 0, standard)
      for number in 0..<300 {
        last = try ask("GET /v1/items", "bar", number)
        if last.status == 429 { break }
        if last.status == 503 { unsure += 1 } else { allowed += last.status == 200 ? 1 : 0 }
      }
      #expect(allowed <= 100 && allowed + unsure >= 100 && backend.requests.count == begin + allowed)
      #expect(last.status == 429 && (Int(last["Retry-After"] ?? "") ?? 0) > 0, "\(last)")
      #expect(try ask("GET /v1/items", "foo").status == 200)

      // Ten reports, or with a Redis that is late now and then, ten here and ten there.
      let reports = try (0..<21).map { _ in try ask("POST /v1/reports", "foo").status }
      #expect(reports.prefix(10).allSatisfy { $0 == 200 } && reports.last == 429, "\(reports)")

      files["keys.yaml"]? +=
        made.output.split(separator: "\n").filter { $0.hasPrefix("- ") || $0.hasPrefix("  ") }
        .joined(separator: "\n") + "\n"
      try gateways[0].write(#require(files["keys.yaml"]), to: "keys.yaml")
      let report = try gateways[0].reload()
      #expect(report.status == 200, "\(report)")
      #expect(try ask("GET /v1/plan", key).text == #"{"customer":"late","plan":"trial"}"#)

      // Without Redis a trial waits, and others go on.
      redis.kill()
      #expect(try ask("GET /v1/items", key).status == 503)
      #expect(try ask("GET /v1/items", "foo").status == 200)
      for gateway in gateways { try gateway.stopInOrder() }
    }

    // MARK: A public API for pages

    @Test func publicForPages() throws {
      let files = try Self.files("A public API for pages")
      try Self.check(files)
      let backend = try ScriptedBackend(json: #"{"items":[{"sku":"P1"}],"id":7}"#)
      defer { backend.stop() }
      let gateway = try GatewayProcess(files: files, environment: ["PRODUCTS_URL": backend.url])
      func preflight(_ path: String, _ method: String, from origin: String) throws -> RawResponse {
        try gateway.exchange(
          "OPTIONS \(path)",
          headers: [
            "Origin: \(origin)", "Access-Control-Request-Method: \(method)",
            "Access-Control-Request-Headers: content-type",
          ])
      }
      let (own, foreign) = ("https://www.shop.example", "https://elsewhere.example")

      let open = try preflight("/v1/products", "GET", from: foreign)
      #expect(open.status == 204 && open["Access-Control-Allow-Origin"] == "*" && open["RateLimit"] == nil)
      #expect(open["Access-Control-Max-Age"] == "3600" && backend.requests.isEmpty)
      let listing = try gateway.exchange(
        "GET /v1/products?page=1", headers: ["Origin: \(foreign)", "Cookie: session=1"])
      #expect(listing.text == #"{"products":[{"sku":"P1"}]}"# && listing["Access-Control-Allow-Origin"] == "*")
      #expect(listing["Access-Control-Expose-Headers"]?.lowercased().contains("ratelimit") == true)
      // Preflights were not counted.
      #expect(listing["RateLimit"]?.contains("r=59;") == true, "\(listing)")
      #expect(backend.requests.last?["cookie"] == nil)
      let other = try gateway.exchange("GET /v1/products?page=1", headers: ["Cookie: session=2"])
      #expect(other["Age"] != nil && backend.requests.count == 1, "\(other)")

      let asked = try preflight("/v1/reviews", "POST", from: own)
      #expect(asked["Access-Control-Allow-Origin"] == own && asked["Access-Control-Allow-Credentials"] == "true")
      let turnedAway = try preflight("/v1/reviews", "POST", from: foreign)
      #expect(turnedAway.status == 204 && turnedAway["Access-Control-Allow-Origin"] == nil)
      func review(_ type: String, from origin: String) throws -> RawResponse {
        try gateway.exchange(
          "POST /v1/reviews", headers: ["Origin: \(origin)", "Content-Type: \(type)", "Cookie: session=1"],
          body: #"{"stars":5}"#)
      }
      let sent = try review("application/json", from: own)
      #expect(sent.text == #"{"id":7}"# && sent["Access-Control-Allow-Credentials"] == "true", "\(sent)")
      #expect(backend.requests.last?["cookie"] == "session=1" && backend.requests.last?.text == #"{"stars":5}"#)
      for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"] {
        let refused = try review(type, from: foreign)
        #expect(refused.status == 415 && refused.text.contains(#""code":415"#), "\(refused)")
      }
      #expect(backend.requests.count == 2)

      var passed = 0
      while passed < 61, try gateway.exchange("GET /v1/products?page=1").status == 200 { passed += 1 }
      let over = try gateway.exchange("GET /v1/products?page=1", headers: ["Origin: \(foreign)"])
      #expect(passed < 60 && over.status == 429 && over["Access-Control-Allow-Origin"] == "*", "\(passed) \(over)")
      #expect(over["Access-Control-Expose-Headers"]?.lowercased().contains("retry-after") == true)
      #expect(over.text.hasPrefix(#"{"code":429,"message":"#), "\(over)")
      try gateway.stopInOrder()
    }
  }
}

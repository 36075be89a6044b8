import Foundation
import Testing

extension Behaviour {
  /// `POST /purge` and `weft purge`, over the memory of one process.
  @Suite struct PurgeTests {
    static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /one/:id: { cache: { ttl: 1h, tags: ["one:${path.id}", "${v.tags}"] }, calls: { v: "GET b1 /one/${path.id}" } }
        GET /two: { cache: 1h, response: { hello: world } }
        GET /part: { cache: { ttl: 1h }, calls: { v: { request: GET b1 /part, cache: { ttl: 1h, tags: part } } } }
      """

    @Test func eachKindDropsWhatItNames() throws {
      let backend = try ScriptedBackend(json: #"{"tags":["red","blue"]}"#)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      func kept() throws -> [Bool] {
        try ["GET /one/1", "GET /one/2", "GET /two"].map { try gateway.exchange($0).isHit }
      }
      #expect(try kept() == [false, false, false])
      let orders: [([String], [Bool])] = [
        (["--tag", "one:1"], [false, true, true]), (["--tag", "red"], [false, false, true]),
        (["--tag", "none", "--tag", "one:2"], [true, false, true]), (["--tag", "green"], [true, true, true]),
        (["--route", "GET /one/:id"], [false, false, true]), (["--route", "GET /two"], [true, true, false]),
        (["--all"], [false, false, false]),
      ]
      for (arguments, expected) in orders {
        #expect(try kept() == [true, true, true])
        let purge = try WeftBinary.run(["purge"] + arguments + ["--admin", "127.0.0.1:\(gateway.adminPort)"])
        #expect(purge.status == 0 && purge.output.hasPrefix("purged here"), "\(arguments): \(purge)")
        #expect(try kept() == expected, "\(arguments)")
      }
      try gateway.stopInOrder()
    }

    @Test func explainTellsTheKeyOfOneAnswer() throws {
      let backend = try ScriptedBackend(json: #"{"tags":[]}"#)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      for path in ["/one/1", "/one/2"] { #expect(try !gateway.exchange("GET \(path)").isHit) }
      let folder = try TemporaryFolder(files: ["main.yaml": Self.definition])
      let explained = try WeftBinary.run(["explain", folder.path, "GET", "/one/1"], environment: ["B1": backend.url])
      let line = try #require(explained.output.split(separator: "\n").first { $0.hasPrefix("  digest ") })
      let key = String(line.dropFirst("  digest ".count).drop { $0 == " " })
      let purge = try WeftBinary.run(["purge", "--key", key, "--admin", "127.0.0.1:\(gateway.adminPort)"])
      #expect(purge.status == 0, "\(explained) \(purge)")
      #expect(try !gateway.exchange("GET /one/1").isHit)
      #expect(try gateway.exchange("GET /one/2").isHit)
      try gateway.stopInOrder()
    }

    /// The answer would else be made anew of the old part, or stay while its part has gone.
    @Test func anAnswerAndItsPartsGoTogether() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      for (order, count) in [("", 1), ("tag=part", 2), ("route=GET+/part", 3), ("all=true", 4)] {
        if !order.isEmpty {
          #expect(
            try RawClient.exchange(port: gateway.adminPort, "POST /purge?\(order)", headers: RawClient.admin).status
              == 200)
        }
        for _ in 0..<2 { #expect(try gateway.exchange("GET /part").text == #"{"v":1}"#) }
        #expect(backend.requests.count == count, "\(order)")
      }
      try gateway.stopInOrder()
    }

    @Test func anOrderThatIsNoneIsRefused() throws {
      let gateway = try GatewayProcess("routes: { GET /a: { cache: 1h, response: {} } }")
      let orders: [(query: String, body: String?, status: Int)] = [
        ("", nil, 400), ("?tag=a&key=b", nil, 400), ("?tag=", nil, 400), ("?colour=red", nil, 400),
        ("?key=abc", nil, 400),
        ("?all=maybe", nil, 400), ("?route=a&route=b", nil, 400), ("?route=GET+/b", nil, 404), ("", "[]", 400),
        ("", "{", 400), ("", #"{"tag":[]}"#, 400), ("", #"{"tag":{"a":1}}"#, 400), ("", #"{"tag":["a",2]}"#, 200),
        ("", #"{"all":true}"#, 200), ("?key=" + String(repeating: "a", count: 64), nil, 200), ("?all", nil, 200),
      ]
      for order in orders {
        let answer = try RawClient.exchange(
          port: gateway.adminPort, "POST /purge\(order.query)", headers: RawClient.admin,
          body: order.body.map { Array($0.utf8) })
        #expect(answer.status == order.status, "\(order): \(answer)")
      }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /purge?all").status == 405)
      #expect(try gateway.exchange("POST /purge?all").status == 404, "not for the public")
      try gateway.stopInOrder()
    }

    @Test func theCommandSaysWhatIsWrong() throws {
      #expect(try WeftBinary.run(["purge"]).status == 64)
      #expect(try WeftBinary.run(["purge", "--all", "--tag", "a"]).status == 64)
      let nobody = try DeadEnd(.refusing)
      let address = String(nobody.url.dropFirst("http://".count))
      let refused = try WeftBinary.run(["purge", "--all", "--admin", address])
      #expect(refused.status == 1 && refused.errors.contains("can't be asked"), "\(refused)")
    }
  }
}

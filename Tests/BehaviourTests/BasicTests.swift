import Foundation
import Testing

extension Behaviour {
  /// What of `basic` takes more than a request and its answer: many at once, reloads, the log, HTTP/2.
  @Suite struct BasicTests {
    private static let routes =
      "routes: { GET /a: { auth: staff, response: \"${identity.subject}\" }, GET /b: { response: 2 } }\n"
    /// Of `opensesame`, at a cost of 4 and of 10.
    private static let cheap = "$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"
    private static let costly = "$2y$10$abcdefghijklmnopqrstuuP6v2pSlZArVxSSZ96MqswhQJJDkEPqm"
    /// Of `changed`.
    private static let changed = "$2b$04$abcdefghijklmnopqrstuu5XQl64I3WPWSJw.ftK7xXCrRn1r6QJi"

    private func gateway(_ users: String, _ settings: String = "") throws -> GatewayProcess {
      try GatewayProcess(files: [
        "gateway.yaml": "auth: { staff: { basic: { users: users.htpasswd } } }\n" + settings,
        "users.htpasswd": users, "main.yaml": Self.routes,
      ])
    }

    private func field(_ user: String, _ password: String) -> String {
      "Authorization: Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
    }

    /// Sixty-four clients try passwords, of which each takes a processor for a tenth of a second.
    @Test func othersAreServedWhileManyTry() throws {
      let gateway = try gateway("ann:\(Self.costly)\n", "threads: 1\ntrustedProxies: [127.0.0.1]\n")
      let right = field("ann", "opensesame")
      #expect(try gateway.exchange("GET /a", headers: [right]).text == "\"ann\"")
      func answers() throws -> [RawResponse] {
        let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
        for (number, client) in clients.enumerated() {
          let user = number.isMultiple(of: 2) ? "ann" : "nobody\(number)"
          try client.send("GET /a", headers: [field(user, "wrong"), "X-Forwarded-For: 192.0.2.\(number)"])
        }
        #expect(try gateway.health()["status"] != nil)
        #expect(try gateway.exchange("GET /b").text == "2")
        #expect(try gateway.exchange("GET /a", headers: [right]).text == "\"ann\"")
        return try clients.map { try #require(try $0.receive()) }
      }
      let answers = try answers()
      #expect(answers.allSatisfy { [401, 503].contains($0.status) }, "\(answers.map(\.status))")
      #expect(answers.contains { $0.status == 401 })
      #expect(answers.allSatisfy { $0.status != 503 || $0["Retry-After"] == "1" })
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    /// However many one client tries, others have places.
    @Test func aClientHasItsShare() throws {
      let gateway = try gateway("ann:\(Self.costly)\n", "trustedProxies: [127.0.0.1]\nlog: { access: true }\n")
      let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
      for (number, client) in clients.enumerated() {
        // All addresses of a network are one client's.
        let headers = [field("ann", "wrong \(number)"), "X-Forwarded-For: 2001:db8::\(number)"]
        try client.send("GET /a", headers: headers)
      }
      // A machine that is busy may hash for longer than anybody waits.
      #expect(eventually { (try? gateway.exchange("GET /a", headers: [field("ann", "opensesame")]).status) == 200 })
      let statuses = try clients.map { try #require(try $0.receive()).status }
      #expect(statuses.allSatisfy { [401, 503].contains($0) } && statuses.contains(401) && statuses.contains(503))
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains("too many passwords of this client are being checked"))
    }

    /// A page that loads much at once shows its password many times, and it is hashed once.
    @Test func whatAllShowIsCheckedOnce() throws {
      let gateway = try gateway("ann:\(Self.costly)\n")
      let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send("GET /a", headers: [field("ann", "opensesame")]) }
      for client in clients { #expect(try client.receive()?.text == "\"ann\"") }
      try gateway.stopInOrder()
    }

    @Test func whoLeavesIsForgotten() throws {
      let gateway = try gateway("ann:\(Self.costly)\n")
      for round in 0..<4 {
        let clients = try (0..<8).map { _ in try RawClient(port: gateway.port) }
        for (number, client) in clients.enumerated() {
          try client.send("GET /a", headers: [field("ann", "wrong \(round) \(number)")])
        }
      }
      #expect(gateway.isQuiet())
      // One of them may be hashed still.
      #expect(eventually { (try? gateway.exchange("GET /a", headers: [field("ann", "opensesame")]).status) == 200 })
      try gateway.stopInOrder()
    }

    @Test func aReloadChangesWhoMayComeIn() throws {
      let gateway = try gateway("ann:\(Self.cheap)\nbob:\(Self.cheap)\n")
      func statuses() throws -> [Int] {
        try [("ann", "opensesame"), ("ann", "changed"), ("bob", "opensesame"), ("eve", "opensesame")].map {
          try gateway.exchange("GET /a", headers: [field($0, $1)]).status
        }
      }
      #expect(try statuses() == [200, 401, 200, 401])
      try gateway.write("ann:\(Self.changed)\neve:\(Self.cheap)\n", to: "users.htpasswd")
      #expect(try gateway.reload().text.hasSuffix("\n~ file \(gateway.path)/users.htpasswd\n"))
      #expect(try statuses() == [401, 200, 401, 200])
      try gateway.write("ann:secret\n", to: "users.htpasswd")
      let refused = try gateway.reload()
      #expect(refused.status == 422 && refused.text.contains("users.htpasswd:1:1: error: the password is not hashed"))
      #expect(!refused.text.contains("secret"))
      #expect(try statuses() == [401, 200, 401, 200])
      try gateway.stopInOrder()
    }

    @Test func theLogHasTheUserAndNoPassword() throws {
      let gateway = try gateway("ann:\(Self.cheap)\n", "log: { access: true, level: debug }\n")
      for (user, password) in [
        ("ann", "opensesame"), ("ann", "0pensesame"), ("n0b0dy", "opensesame"), ("", "opensesame"),
      ] {
        _ = try gateway.exchange("GET /a", headers: [field(user, password)])
      }
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      #expect(log.contains("identity=ann"), "\(log)")
      for why in ["the password is wrong", "there is no such user", "the credential is no user and password"] {
        #expect(log.contains("refused=auth why=\"\(why)\""), "\(log)")
      }
      // A user that nobody is may be a password in the wrong field.
      for secret in ["pensesame", "n0b0dy", "$2b$"] + ["ann:opensesame", "n0b0dy:opensesame"].map(Self.encoded) {
        #expect(!log.contains(secret), "\(secret): \(log)")
      }
    }

    private static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test func overHTTP2ItIsTheSame() throws {
      let gateway = try gateway("ann:\(Self.cheap)\n", "listen: { address: \"127.0.0.1:0\", http2: cleartext }\n")
      let client = try HTTP2Client(port: gateway.port)
      for (id, text, status): (UInt32, String?, Int) in [
        (1, nil, 401), (3, "ann:opensesame", 200), (5, "ann:wrong", 401), (7, "ann:opensesame", 200),
      ] {
        let fields = text.map { [("authorization", "Basic \(Self.encoded($0))")] } ?? []
        try client.request(id, "GET", "/a", fields)
        #expect(try client.answer(to: id).status == status)
      }
      try gateway.stopInOrder()
    }
  }
}

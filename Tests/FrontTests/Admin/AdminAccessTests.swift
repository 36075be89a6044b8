import Messages
import Plans
import Testing

@testable import Front
@testable import HTTP1

@Suite struct AdminAccessTests {
  private func status(
    _ lines: [String], host: String = "localhost:8081", at address: String = "127.0.0.1:8081",
    _ deed: AdminAccess.Deed = .change, token: String? = nil
  ) throws -> Int? {
    var plan = ProcessPlan.Admin()
    plan.hosts = ["weft.internal"]
    plan.token = token.map { Secret($0) }
    let access = AdminAccess(plan, address: try #require(ListenAddress(address)))
    let headers = lines.map { line in
      let parts = line.split(separator: ":", maxSplits: 1).map { String($0) }
      return (name: parts[0], value: parts[1])
    }
    let request = try IncomingRequest.assumed(
      method: "POST", target: "/purge?all", host: host, headers: headers, body: nil, captures: [])
    return access.refusal(request, deed)?.status
  }

  @Test func whatAFormCanSendIsRefused() throws {
    for line in [
      "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "X-Weft-Admin: 0", "A: b",
    ] {
      #expect(try status([line]) == 415)
      #expect(try status([line], .figures) == nil)
    }
    for line in ["Content-Type: application/json", "content-type: Application/JSON ;charset=utf-8", "X-Weft-Admin: 1"] {
      #expect(try status([line]) == nil)
    }
    #expect(try status(["Content-Type: text/plain", "Content-Type: application/json"]) == 415)
  }

  @Test(arguments: [
    ("localhost", nil), ("LOCALHOST:9", nil), ("127.0.0.1:8081", nil), ("127.0.0.2", nil), ("[::1]:8081", nil),
    ("weft.internal", nil), ("weft.internal.:1", nil), ("evil.example:8081", 403), ("10.0.0.1:8081", 403),
    ("127.0.0.1.evil.example", 403), ("xweft.internal", 403),
  ])
  func theHostIsOwn(host: String, expected: Int?) throws {
    #expect(try status(["X-Weft-Admin: 1"], host: host) == expected)
  }

  @Test(arguments: [
    ("0.0.0.0:8081", "10.0.0.1:8081", nil), ("[::]:8081", "[fd00::1]:8081", nil), ("10.0.0.1:8081", "10.0.0.1", nil),
    ("10.0.0.1:8081", "10.0.0.2", 403), ("0.0.0.0:8081", "evil.example", 403), ("localhost:8081", "127.0.0.1", nil),
    ("admin.example:8081", "Admin.example", nil), ("admin.example:8081", "127.0.0.1", 403),
  ])
  func theHostIsTheAddress(address: String, host: String, expected: Int?) throws {
    #expect(try status(["X-Weft-Admin: 1"], host: host, at: address) == expected)
  }

  @Test(arguments: [
    ("http://localhost:8081", nil), ("https://LOCALHOST:8081", nil), ("http://localhost", 403), ("null", 403),
    ("http://evil.example", 403), ("", 403),
  ])
  func theOriginIsOwn(origin: String, expected: Int?) throws {
    #expect(try status(["X-Weft-Admin: 1", "Origin: \(origin)"]) == expected)
  }

  @Test(arguments: [
    ("Authorization: Bearer s3cret", nil), ("authorization: bearer s3cret", nil), ("Authorization: Bearer s3cre", 401),
    ("Authorization: Bearer s3crets", 401), ("Authorization: Basic s3cret", 401), ("A: b", 401),
    ("Authorization: s3cret", 401),
  ])
  func theTokenIsAsked(line: String, expected: Int?) throws {
    #expect(try status([line], .figures, token: "s3cret") == expected)
    #expect(try status([line, "X-Weft-Admin: 1"], token: "s3cret") == expected)
    #expect(
      try status([line, "Authorization: Bearer s3cret"], .figures, token: "s3cret")
        == (line == "A: b" ? nil : 401))
  }

  /// Without a token, whoever made its own name mean this address could read what requests said.
  @Test func whatIsReadIsNotForPagesOfOtherNames() throws {
    #expect(try status([], host: "evil.example", .figures) == nil)
    #expect(try status([], host: "evil.example", .reading) == 403)
    #expect(try status([], host: "localhost:8081", .reading) == nil)
    #expect(try status(["Authorization: Bearer s3cret"], host: "weft.svc", .reading, token: "s3cret") == nil)
    #expect(try status([], host: "localhost", .reading, token: "s3cret") == 401)
  }
}

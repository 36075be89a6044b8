import Foundation
import JSONText
import TestSockets
import Testing

@testable import DemoShop

/// What the service says; that its tokens are good ones, a gateway says (`ShopTests`).
@Suite(.ownThreads) struct IdentityTests {
  private static func member(_ text: String, _ name: String) throws -> JSONSlice? {
    try JSONText(Array(text.utf8)).root[member: name]
  }

  /// The header and the claims of a token.
  private static func parts(_ token: String) throws -> [String] {
    try token.split(separator: ".").prefix(2).map { part in
      let text = part.replacing("-", with: "+").replacing("_", with: "/")
      let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
      return String(decoding: try #require(Data(base64Encoded: text + padding)), as: UTF8.self)
    }
  }

  @Test(arguments: [("mira", "42", "orders:read cart:write"), ("bruno", "7", "orders:read"), ("guest", "1", "")])
  func aLoginGetsAToken(_ user: String, _ subject: String, _ scope: String) async throws {
    try await withShop { _, connect in
      let begin = time(nil)
      let identity = try connect(.identity)
      let answer = try identity.call("POST", "/login", body: #"{"user":"\#(user)","password":"demo"}"#)
      let end = time(nil)
      #expect(answer.status == 200 && answer["cache-control"] == "no-store")
      #expect(answer.text.hasSuffix(#","token_type":"Bearer","expires_in":900}"#))
      let token = try #require(Self.member(answer.text, "access_token")?.string)
      let parts = try Self.parts(token)
      #expect(token.split(separator: ".").count == 3)
      let claims = parts[1]
      #expect(try Self.member(claims, "iss")?.string == "https://identity.shop.example")
      #expect(try Self.member(claims, "aud")?.string == "shop")
      #expect(try Self.member(claims, "sub")?.string == subject)
      #expect(try Self.member(claims, "scope")?.string == scope)
      let issued = try #require(Self.member(claims, "iat")?.numberText.flatMap { Int($0) })
      #expect((begin...end).contains(issued))
      #expect(try Self.member(claims, "exp")?.numberText == "\(issued + 900)")
      let keys = try identity.call("GET", "/.well-known/jwks.json").text
      let key = try #require(Self.member(keys, "keys")?.elements.first { _ in true })
      #expect(try key[member: "kid"]?.string == Self.member(parts[0], "kid")?.string)
      #expect(try Self.member(parts[0], "alg")?.string == "ES256" && key[member: "alg"]?.string == "ES256")
      #expect(key[member: "d"] == nil)
    }
  }

  @Test(arguments: [
    (#"{"user":"mira","password":"Demo"}"#, 401), (#"{"user":"nobody","password":"demo"}"#, 401),
    (#"{"user":"mira"}"#, 400), (#"{"user":1,"password":"demo"}"#, 400), ("user=mira&password=demo", 400), ("", 400),
  ])
  func othersGetNone(_ body: String, _ status: Int) async throws {
    try await withShop { _, connect in
      let answer = try connect(.identity).call("POST", "/login", body: body)
      #expect(answer.status == status && !answer.text.contains("access_token") && answer.text.contains("error"))
    }
  }

  /// A key is its process's own: nothing that was signed before is good behind a start.
  @Test func eachShopHasAKeyOfItsOwn() async throws {
    var keys: [String] = []
    for _ in 0..<2 {
      try await withShop { _, connect in
        keys.append(try connect(.identity).call("GET", "/.well-known/jwks.json").text)
      }
    }
    #expect(keys[0] != keys[1])
  }

  /// r and s are as long as their curve, whatever zeros they begin with: one in 256 begins with one.
  @Test func signaturesHaveOneLength() {
    let key = TokenKey()
    for number in 0..<600 {
      let signature = key.sign(["n": .number(number)]).split(separator: ".").last
      #expect(signature?.utf8.count == 86)
    }
  }
}

import Testing

@testable import Plans

/// The way back from a backend's paths to a route's.
@Suite struct PlaceMapTests {
  private static let shop = PathPattern(segments: [.literal("shop"), .rest("rest")])
  private static let order = PathPattern(segments: [.literal("o"), .parameter("id"), .literal("of"), .rest("rest")])

  private func map(_ path: String, _ pattern: PathPattern, base: [String] = [""]) throws -> PlaceMap {
    let line = try RequestLine("b \(path)", hasMethod: false)
    return try PlaceMap(
      try RequestTemplate.compile(line, backend: 0, rest: "rest"), back: pattern, basePaths: base)
  }

  private func route(
    _ map: PlaceMap, _ path: String, _ captures: [(name: String, value: String)] = []
  ) -> String? {
    map.route(to: Array(path.utf8), captures).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("/up", "/shop"), ("/up/", "/shop/"), ("/up/a/b%2Fc", "/shop/a/b%2Fc"), ("/up//a", "/shop//a"), ("/upper", nil),
    ("/", nil), ("up/a", nil), ("/up/../a", nil), ("/up/%2e%2e", nil), ("", nil),
  ])
  func ofARest(_ path: String, _ expected: String?) throws {
    let map = try map("/up/${path.rest}", Self.shop)
    #expect(route(map, path) == expected)
  }

  @Test func whatLooksLikeAHostIsNoPath() throws {
    let map = try map("/up/${path.rest}", PathPattern(segments: [.rest("rest")]))
    #expect(route(map, "/up/a") == "/a")
    #expect(route(map, "/up//evil.example") == nil)
    #expect(route(map, "/up/\\evil.example") == nil)
    #expect(route(map, "/up") == "/")
  }

  @Test func basePathsStandBeforeIt() throws {
    let map = try map("/up/${path.rest}", Self.shop, base: ["/v1", "/v1/x", ""])
    #expect(route(map, "/v1/up/a") == "/shop/a")
    #expect(route(map, "/v1/x/up/a") == "/shop/a")
    #expect(route(map, "/up/a") == "/shop/a")
    #expect(route(map, "/v2/up/a") == nil)
  }

  @Test func capturesComeFromThePathAndFromTheRequest() throws {
    let captures = [(name: "id", value: "a b"), (name: "rest", value: "c%20d/e")]
    let both = try map("/orders/${path.id}/${path.rest}", Self.order)
    #expect(route(both, "/orders/7/x", captures) == "/o/7/of/x")
    #expect(route(both, "/orders//x", captures) == nil)
    let rest = try map("/all/${path.rest}", Self.order)
    #expect(route(rest, "/all/x", captures) == "/o/a%20b/of/x")
    let id = try map("/orders/${path.id}", Self.order)
    #expect(route(id, "/orders/7", captures) == "/o/7/of/c%20d/e")
    #expect(route(id, "/orders/7", []) == nil)
    let twice = try map("/${path.id}/of/${path.id}", PathPattern(segments: [.literal("x"), .parameter("id")]))
    #expect(route(twice, "/7/of/7") == "/x/7")
    #expect(route(twice, "/7/of/8") == nil)
  }

  @Test(arguments: [
    "/up/${query.a}", "/a-${path.id}", "/${path.rest}/x", "/x?id=${path.id}", "/x?a=b${path.id}", "/${upper(path.id)}",
  ])
  func someHaveNoWayBack(_ template: String) {
    #expect(throws: PlaceMap.Irreversible.self) { try map(template, Self.order) }
  }
}

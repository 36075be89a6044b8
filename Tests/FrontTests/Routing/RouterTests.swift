import Plans
import TestServers
import Testing

@testable import Front

@Suite struct RouterTests {
  private func match(
    _ router: Router, _ method: String, _ path: String, host: String = "example.com"
  ) -> RouteMatch {
    Array(path.utf8).withUnsafeBufferPointer { router.match(host: host, method: method, path: $0) }
  }

  private func captures(_ router: Router, _ method: String, _ path: String) -> [String]? {
    guard case .route(let index) = match(router, method, path) else { return nil }
    return Array(path.utf8).withUnsafeBufferPointer { bytes in
      router.captures(route: index, path: bytes).map { "\($0.name)=\($0.value)" }
    }
  }

  @Test func literalBeforeParameterBeforeRest() {
    let router = Router([entry("GET /a/*rest"), entry("GET /a/:id"), entry("GET /a/b")])
    #expect(match(router, "GET", "/a/b") == .route(2))
    #expect(match(router, "GET", "/a/c") == .route(1))
    #expect(match(router, "GET", "/a/b/c") == .route(0))
  }

  @Test func goesBackWhereABranchEndsNowhere() {
    let router = Router([entry("GET /a/b/c"), entry("GET /a/:x/d"), entry("GET /:x/:y/:z"), entry("GET /*rest")])
    #expect(match(router, "GET", "/a/b/c") == .route(0))
    #expect(match(router, "GET", "/a/b/d") == .route(1))
    #expect(match(router, "GET", "/a/b/e") == .route(2))
    #expect(match(router, "GET", "/a/b/e/f") == .route(3))
  }

  @Test func goesBackWhereABranchHasOtherMethods() {
    let router = Router([entry("POST /a/b"), entry("GET /a/:x")])
    #expect(match(router, "GET", "/a/b") == .route(1))
    #expect(match(router, "POST", "/a/b") == .route(0))
    #expect(match(router, "PUT", "/a/b") == .methodNotAllowed(allow: "POST, GET, HEAD, OPTIONS"))
  }

  @Test func methodByNameBeforeAny() {
    let router = Router([entry("ANY /a"), entry("POST /a")])
    #expect(match(router, "POST", "/a") == .route(1))
    #expect(match(router, "PROPFIND", "/a") == .route(0))
    #expect(match(router, "HEAD", "/a") == .route(0))
  }

  @Test func headWorksWhereGetDoes() {
    let router = Router([entry("GET /a"), entry("HEAD /b"), entry("GET /b"), entry("POST /c")])
    #expect(match(router, "HEAD", "/a") == .route(0))
    #expect(match(router, "HEAD", "/b") == .route(1))
    #expect(match(router, "HEAD", "/c") == .methodNotAllowed(allow: "POST, OPTIONS"))
  }

  @Test func optionsIsTheGatewaysButForProxies() {
    let router = Router([
      entry("GET /a"), entry("ANY /b"), entry("GET /c", isProxy: true), entry("ANY /d", isProxy: true),
      entry("GET /e", isProxy: true), entry("OPTIONS /e"),
    ])
    #expect(match(router, "OPTIONS", "/a") == .methodNotAllowed(allow: "GET, HEAD, OPTIONS"))
    #expect(
      match(router, "OPTIONS", "/b") == .methodNotAllowed(allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
    #expect(match(router, "OPTIONS", "/c") == .route(2))
    #expect(match(router, "OPTIONS", "/d") == .route(3))
    #expect(match(router, "OPTIONS", "/e") == .route(5))
  }

  @Test func slashesCount() {
    let router = Router([entry("GET /a"), entry("GET /a/:x/b"), entry("GET /")])
    #expect(match(router, "GET", "/a/") == .notFound)
    #expect(match(router, "GET", "/a//b") == .notFound)
    #expect(match(router, "GET", "//a") == .notFound)
    #expect(match(router, "GET", "/") == .route(2))
    #expect(match(Router([entry("GET /a/")]), "GET", "/a") == .notFound)
    #expect(match(Router([entry("GET /a/")]), "GET", "/a/") == .route(0))
  }

  @Test func comparesDecoded() {
    let router = Router([entry("GET /caf\u{E9}/~x"), entry("GET /a b")])
    #expect(match(router, "GET", "/caf%C3%A9/%7Ex") == .route(0))
    #expect(match(router, "GET", "/%63af%c3%a9/~%78") == .route(0))
    #expect(match(router, "GET", "/a%20b") == .route(1))
    #expect(match(router, "GET", "/Caf%C3%A9/~x") == .notFound)
  }

  @Test func capturesAreDecodedAndARestIsRaw() {
    let router = Router([entry("GET /u/:id/f/*rest"), entry("GET /x/:a/:b")])
    #expect(captures(router, "GET", "/u/a%20b%2Fc/f/d%20e//g%2Fh") == ["id=a b/c", "rest=d%20e//g%2Fh"])
    #expect(captures(router, "GET", "/x/1+1/%C3%BC") == ["a=1+1", "b=\u{FC}"])
  }

  @Test(arguments: [("/api", ""), ("/api/", ""), ("/api/x", "x"), ("/api//x/", "/x/")])
  func aRestMayBeEmpty(path: String, rest: String) {
    #expect(captures(Router([entry("GET /api/*rest")]), "GET", path) == ["rest=\(rest)"])
  }

  @Test func aRestOfEverything() {
    let router = Router([entry("ANY /*rest")])
    #expect(captures(router, "GET", "/") == ["rest="])
    #expect(captures(router, "GET", "/a/b") == ["rest=a/b"])
  }

  @Test func hostsExactThenLongestWildcardThenAny() {
    let router = Router([
      entry("GET /a"), entry("GET /a", hosts: ["*.example.com"]), entry("GET /a", hosts: ["*.eu.example.com"]),
      entry("GET /a", hosts: ["x.eu.example.com", "example.com"]), entry("GET /b"),
    ])
    #expect(match(router, "GET", "/a", host: "other.org") == .route(0))
    #expect(match(router, "GET", "/a", host: "m.example.com:8080") == .route(1))
    #expect(match(router, "GET", "/a", host: "y.z.eu.example.com") == .route(2))
    #expect(match(router, "GET", "/a", host: "X.EU.example.com.") == .route(3))
    #expect(match(router, "GET", "/a", host: "example.com") == .route(3))
    #expect(match(router, "GET", "/a", host: "[::1]:80") == .route(0))
    #expect(match(router, "GET", "/b", host: "example.com") == .route(4))
  }

  @Test func manyLiteralsAtOneNode() {
    let router = Router((0..<500).map { entry("GET /item\($0)/x") })
    for index in stride(from: 0, to: 500, by: 7) { #expect(match(router, "GET", "/item\(index)/x") == .route(index)) }
    #expect(match(router, "GET", "/item500/x") == .notFound)
  }

  @Test(arguments: [
    "/a/./b", "/a/../b", "/..", "/.", "/a/%2e%2E/b", "/a/.%2e", "/a%2F..%2Fb", "/a%5C..", "/a/..\\b", "/%00", "/a%0d",
    "/a%0A", "/%FF", "/%C0%AF", "/%ED%A0%80", "/a%C3", "/a%C3/b", "/%", "/%4", "/%zz", "a", "",
    "/..;x", "/a/%2e.;/b", "/.;",
  ])
  func badPaths(path: String) {
    #expect(match(Router([entry("ANY /*rest")]), "GET", path) == .badPath)
  }

  @Test(arguments: [
    "/...", "/a..b", "/.a", "/..a/", "/a./b", "/%C3%A9%E2%82%AC%F0%9F%98%80", "/a%2Fb", "/%09", "//", "/a;x/;b",
    "/..%3Bx",
  ])
  func goodPaths(path: String) {
    #expect(match(Router([entry("ANY /*rest")]), "GET", path) == .route(0))
  }
}

import Plans
import Testing

@testable import Definitions

@Suite struct PolicyDecodingTests {
  /// Nor is a key of the cache made of what they read.
  @Test func policiesAreNoPartOfWhatIsKept() throws {
    let plain = try route("cache: 1m\nresponse: 1")
    let policies =
      "deny: [10.0.0.1]\ncors: \"*\"\nsecure: true\ncompress: true\nbodyLimit: 1KiB\n"
      + "refuse: [{ when: \"${query.a}\" }]\nlimit: 1/s\nwaf: { rules: crs }\n"
      + "errors: { a: \"${error.title}\" }\nexpose: { outcomeHeader: false }\n"
    let policed = try route(policies + "cache: 1m\nresponse: 1")
    #expect(plain.composite?.cache?.definition == policed.composite?.cache?.definition)
    #expect(policed.composite?.reads == RequestReads())
    #expect(policed.policies.reads(beside: RequestReads()).query.contains("a"))
    // A route that is kept changes nothing, and takes no `idempotency`.
    let given = RouteKeys.policies.filter { !["allow", "auth", "idempotency"].contains($0) }
    #expect(plain.definition.changes(to: policed.definition) == given)
  }

  /// A key that is no policy changes what is kept, one that is must be listed.
  @Test func everyPolicyIsListed() {
    let names = Set(RouteKeys.all.map(\.name))
    #expect(RouteKeys.policies.allSatisfy { names.contains($0) })
  }

  @Test func theNearestCountsAsAWhole() throws {
    let gateway = "defaults: { bodyLimit: 1KiB, secure: true, cors: \"*\" }\n"
    let file = """
      defaults: { bodyLimit: 2KiB, cors: none }
      routes:
        GET /a: { response: 1 }
        GET /b: { bodyLimit: none, secure: false, cors: { origins: ["https://a.example"] }, response: 1 }
      """
    let routes = try plan(("gateway.yaml", gateway), ("shop.yaml", file)).routes.map(\.policies)
    #expect(routes.map(\.bodyLimit) == [2048, nil])
    #expect(routes.map(\.isSecure) == [true, false])
    #expect(routes.map { $0.cors?.origins } == [nil, .listed(OriginList(["https://a.example"]))])
  }

  /// Any page can be of the origin `null`.
  @Test func credentialsForPagesWithoutAnOriginAreWarnedOf() throws {
    func warnings(_ cors: String) throws -> [String] {
      let files = [("a.yaml", "routes: { GET /a: { response: 1, cors: { \(cors) } } }")]
      return try DefinitionLoader.load(files: files, environment: [:]).get().warnings.all.map(\.headline)
    }
    let found = try warnings("origins: [null], credentials: true")
    #expect(found.count == 1 && found.first?.contains("warning: with `credentials` and the origin `null`") == true)
    for good in ["origins: [null]", "origins: [\"https://a.example\"], credentials: true", "origins: \"*\""] {
      let found = try warnings(good)
      #expect(found == [])
    }
  }

  @Test func originsAreAsBrowsersWriteThem() throws {
    let cors = "cors: { origins: [\"HTTPS://Shop.Example:443\", \"http://a:80\", \"http://b:8080\", null] }\n"
    let plan = try #require(try route(cors + "response: 1").policies.cors)
    for origin in ["https://shop.example", "http://a", "http://b:8080", "null"] { #expect(plan.admits(origin)) }
    #expect(!plan.admits("http://b") && !plan.admits("https://shop.example:443"))
  }
}

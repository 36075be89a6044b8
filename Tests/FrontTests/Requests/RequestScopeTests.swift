import JSONText
import NIOHTTP1
import Plans
import TestInputs
import Testing

@testable import Front

@Suite struct RequestScopeTests {
  /// The checker knows the members that there are.
  @Test func membersBelowClientAreThoseThatAreKnown() {
    let certificate = ClientCertificate(subject: "", issuer: "", fingerprint: "", serial: "", sans: [], notAfter: "")
    let session = TLSSession(version: "1.3", cipher: "", serverName: nil, certificate: certificate)
    for (member, value) in [(ScopeName.ClientMember.tls, session.json), (.certificate, certificate.json)] {
      guard case .object(let object) = value else { Issue.record("\(member) is no object"); continue }
      #expect(object.members.map(\.name) == member.members)
    }
  }

  private func request(
    _ target: String = "/", headers: [(String, String)] = [], captures: [(name: String, value: String)] = [],
    body: String? = nil
  ) -> IncomingRequest {
    var random = RandomIDs()
    let head = RequestHead(
      method: "GET", target: target, version: .http11, headers: HTTPHeaders(headers), opaque: OpaqueFields(),
      bodyLength: .none,
      keepsAlive: true,
      expectsContinue: false, host: "a.example", via: nil)
    let request = IncomingRequest(
      head,
      ClientInfo(head, peer: Peer(nil, TrustedProxies()), scheme: "http", trusted: TrustedProxies(), &random))
    request.captures = captures
    request.pathLength =
      target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target.utf8.distance(from: target.utf8.startIndex, to: $0) }
      ?? target.utf8.count
    request.body = body.map { Array($0.utf8) }
    return request
  }

  private func scope(_ request: IncomingRequest, _ change: (inout RequestReads) -> Void) throws -> String {
    var reads = RequestReads()
    change(&reads)
    return JSONValue.object(try RequestInputs(reads).scope(request, env: JSONObject()).root).jsonText
  }

  @Test func nothingThatIsNotRead() throws {
    let request = request("/?a=1", headers: [("Cookie", "a=1"), ("X", "y")], captures: [("id", "1")], body: "not json")
    #expect(try scope(request) { _ in } == "{}")
  }

  @Test func pathAndQuery() throws {
    let request = request("/x?a=1+2&b=%C3%BC%26&a=3&&c&d==&%61=4", captures: [("id", "a b"), ("rest", "c%20d")])
    #expect(try scope(request) { $0.path = .all } == #"{"path":{"id":"a b","rest":"c%20d"}}"#)
    #expect(try scope(request) { $0.path = .some(["id"]) } == #"{"path":{"id":"a b"}}"#)
    #expect(try scope(request) { $0.query = .all } == ##"{"query":{"a":"1 2","b":"ü&","c":"","d":"="}}"##)
    #expect(try scope(request) { $0.query = .some(["a", "zz"]) } == #"{"query":{"a":"1 2"}}"#)
    #expect(
      try scope(request) { $0.queryList = .some(["a", "b"]) } == ##"{"queryList":{"a":["1 2","3","4"],"b":["ü&"]}}"##)
  }

  @Test func headers() throws {
    let request = request(headers: [("X-A", "1"), ("Accept", "b"), ("x-a", "2")])
    #expect(try scope(request) { $0.headers = .all } == #"{"headers":{"x-a":"1, 2","accept":"b"}}"#)
    #expect(try scope(request) { $0.headers = .some(["x-a"]) } == #"{"headers":{"x-a":"1, 2"}}"#)
  }

  @Test func cookies() throws {
    let request = request(headers: [("Cookie", "a=1; b=\"x y\" ;c==2; bad; a=9"), ("cookie", "d=%20; =e")])
    #expect(try scope(request) { $0.cookies = .all } == #"{"cookies":{"a":"1","b":"x y","c":"=2","d":"%20"}}"#)
    #expect(try scope(request) { $0.cookies = .some(["d"]) } == #"{"cookies":{"d":"%20"}}"#)
  }

  /// Split where a backend would split them: `Character` would join U+0338 with the `=` before it and takes U+037E for
  /// `;`.
  @Test func cookiesAreSplitByBytes() throws {
    let request = request(headers: [("Cookie", "a=\u{338}1;\u{301}b=2\u{37E}c=3; d=\"x\"\u{301}")])
    #expect(
      try scope(request) { $0.cookies = .all }
        == "{\"cookies\":{\"a\":\"\u{338}1\",\"\u{301}b\":\"2\u{37E}c=3\",\"d\":\"\\\"x\\\"\u{301}\"}}")
  }

  @Test func namesAreComparedByBytes() throws {
    let target = "/x?e%CC%81=1&%C3%A9=2&%E2%84%AA=3&K=4"
    let named = request("/x")
    #expect(try scope(named) { $0.query = .some(["K"]) } == #"{"query":{}}"#)
    #expect(
      try scope(request(target)) { $0.query = .all }
        == "{\"query\":{\"e\u{301}\":\"1\",\"\u{E9}\":\"2\",\"\u{212A}\":\"3\",\"K\":\"4\"}}")
  }

  /// A few looks at each name, however many there are, and at each time that one comes again.
  @Test(arguments: [2560, 25_600]) func theWorkGrowsWithTheInputsAlone(_ count: Int) {
    for names in [count, 13] {
      let looks = Looks()
      LookedUp.$looks.withValue(looks) {
        var members = InputMembers<LookedUp>(.list)
        for number in 0..<count { members.add("p\(number % names)", "") }
        var values = 0
        members.forEachList { values += $1.count }
        #expect(values == count)
      }
      #expect(looks.count < count * 16)
    }
  }

  private struct LookedUp: MemberName {
    @TaskLocal static var looks = Looks()

    let name: Counted<String>

    init(_ string: String) { name = Counted(string, Self.looks) }
  }

  @Test func manyInputs() throws {
    let count = 100_000
    let pairs = (0..<count).map { "p\($0)=\($0)" }
    let query = request("/?" + pairs.joined(separator: "&") + "&p0=again")
    let cookies = request(headers: [("Cookie", pairs.joined(separator: "; "))])
    let same = request("/?" + String(repeating: "a=1&", count: count))
    let lines = request(headers: Array(repeating: ("X", "1"), count: count))
    // Numbers only: `#expect` would look through what it is given.
    let counts = [
      try root(query) { $0.query = .all }["query"]?.memberCount,
      try root(query) { $0.queryList = .all }["queryList"]?.memberCount,
      try root(cookies) { $0.cookies = .all }["cookies"]?.memberCount,
      try root(same) { $0.queryList = .all }["queryList"]?[member: "a"]?.elements?.count,
      try root(lines) { $0.headers = .all }["headers"]?[member: "x"]?.string?.utf8.count,
    ]
    #expect(counts == [count, count, count, count, 3 * count - 2])
  }

  private func root(_ request: IncomingRequest, _ change: (inout RequestReads) -> Void) throws -> JSONObject {
    var reads = RequestReads()
    change(&reads)
    return try RequestInputs(reads).scope(request, env: JSONObject()).root
  }

  @Test func client() throws {
    #expect(
      try scope(request()) { $0.client = .some(["host", "scheme"]) }
        == #"{"client":{"scheme":"http","host":"a.example"}}"#)
  }

  @Test func bodyKeepsItsBytes() throws {
    #expect(try scope(request(body: #"{"n": 1.10}"#)) { $0.body = true } == #"{"body":{"n": 1.10}}"#)
    #expect(try scope(request()) { $0.body = true } == #"{"body":null}"#)
  }

  @Test func aBodyThatIsNotJSON() {
    #expect(throws: RequestBodyFailure.self) { try scope(request(body: "[1,")) { $0.body = true } }
    let problem = RequestBodyFailure(offset: 3).problem
    #expect(problem.status == 400)
    #expect(String(decoding: problem.answer().body, as: UTF8.self).contains(#""offset":3"#))
  }

  @Test func env() throws {
    var env = JSONObject()
    env.append("A", .string("b"))
    let scope = try RequestInputs(RequestReads()).scope(request(), env: env)
    #expect(JSONValue.object(scope.root).jsonText == #"{"env":{"A":"b"}}"#)
  }
}

extension JSONValue {
  fileprivate var memberCount: Int? {
    if case .object(let object) = self { object.count } else { nil }
  }
}

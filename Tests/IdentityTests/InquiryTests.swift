import Front
import JSONText
import Messages
import Plans
import Testing
import Timing

@testable import Identity

/// Nobody is asked.
private struct NoInquiry: Inquiry {
  func request(for exchange: Exchange) throws(RenderFailure) -> CallRequest {
    CallRequest(backend: 0, method: "GET", target: "/")
  }

  func send(_ request: CallRequest, for exchange: Exchange, completion: @escaping @Sendable (CallResponse) -> Void) {}
}

private func inquiry(_ lifetime: Duration) throws -> InquiryPlan {
  let request = try RequestTemplate.compile(RequestLine("POST id /introspect"), backend: 0, rest: nil)
  var plan = InquiryPlan(
    CallPlan(name: "ask", request: request, location: SourceLocation(file: "", line: 0, column: 0)))
  plan.lifetime = lifetime
  return plan
}

extension Verdict {
  fileprivate var words: String {
    switch self {
    case .verified(let identity):
      "verified \(identity.subject ?? "nobody")\(identity.plan.map { " (\($0))" } ?? "") \(identity.groups)"
    case .invalid(let why): "invalid: \(why)"
    case .refused(let answer, let why):
      "refused \(answer.status) \(answer.headers.map { "\($0.name)=\($0.value)" }) "
        + "\(String(decoding: answer.body, as: UTF8.self)): \(why)"
    case .unknown(let why): "unknown: \(why)"
    case .unavailable(let why): "unavailable: \(why)"
    }
  }
}

private func reply(_ status: Int, _ body: String, _ headers: [HeaderField] = []) -> Inquiries.Reply {
  Inquiries.Reply(status: status, headers: headers, body: Array(body.utf8))
}

@Suite struct IntrospectionReadingTests {
  /// 2027-01-15.
  private let now = WallTime(milliseconds: 1_800_000_000_000)

  private func read(_ body: String, _ status: Int = 200, keeping lifetime: Duration = .seconds(60)) throws
    -> (words: String, lifetime: Duration)
  {
    let plan = IntrospectionPlan([.header("authorization", scheme: "Bearer")], try inquiry(lifetime))
    let provider = IntrospectionProvider(ProviderPlan("opaque", .introspection(plan)), plan, by: NoInquiry())
    let (verdict, lifetime) = provider.read(reply(status, body), at: now)
    return (verdict.words, lifetime)
  }

  @Test func whatIsActiveIsKept() throws {
    let read = try read(#"{"active":true,"sub":"anna","username":"a","groups":["x",1]}"#)
    #expect(read.words == #"verified anna ["x"]"# && read.lifetime == .seconds(60))
    // A name that anybody may give himself is no subject.
    #expect(try self.read(#"{"active":true,"username":"anna"}"#).words == "verified nobody []")
    #expect(try self.read(#"{"active":true,"plan":"gold"}"#).words == "verified nobody (gold) []")
    #expect(try self.read(#"{"active":true,"plan":["gold"]}"#).words == "verified nobody []")
  }

  @Test func noLongerThanUntilItsEnd() throws {
    #expect(try read(#"{"active":true,"exp":1800000010}"#).lifetime == .seconds(10))
    // Within the leeway of 30 s it holds for who asks.
    let late = try read(#"{"active":true,"exp":1799999990}"#)
    #expect(late.words == "verified nobody []" && late.lifetime == .zero)
    #expect(try read(#"{"active":true,"exp":1800000010}"#, keeping: .seconds(7)).lifetime == .seconds(7))
    #expect(try read(#"{"active":true,"exp":1900000000}"#).lifetime == .seconds(60))
  }

  @Test func itsDatesAreLookedAt() throws {
    for (claims, why) in [
      (#""exp":1799999970"#, "has ended"), (#""nbf":1800000031"#, "is not valid yet"),
      (#""iat":1800000031"#, "was issued in the future"), (#""exp":"1900000000""#, "has an exp that is no date"),
    ] {
      let read = try read(#"{"active":true,\#(claims)}"#)
      #expect(read.words == "invalid: the token \(why)" && read.lifetime == .zero)
    }
  }

  @Test func whatIsNotActiveIsKeptToo() throws {
    let read = try read(#"{"active":false,"sub":"anna"}"#)
    #expect(read.words == "invalid: the token is not active" && read.lifetime == .seconds(60))
  }

  @Test func whatSaysNeitherIsNoAnswer() throws {
    for body in [
      "", "{}", "[]", "true", "<html>", #"{"active":"true"}"#, #"{"active":1}"#, #"{"active":null}"#,
      #"{"active":false,"active":true}"#, #"{"active":true"#,
    ] {
      let read = try read(body)
      #expect(read.words.hasPrefix("unknown: opaque can't be asked: its answer is no JSON object"), "\(body)")
      #expect(read.lifetime == .zero)
    }
    for status in [201, 204, 302, 400, 401, 403, 500] {
      #expect(try read(#"{"active":true}"#, status).words == "unknown: opaque can't be asked: status \(status)")
    }
  }
}

@Suite struct ExternalReadingTests {
  private func read(
    _ status: Int, _ body: String, _ headers: [HeaderField] = [], allow: String? = nil, subject: String? = nil,
    isShownOwnToken: Bool = false
  ) throws -> String {
    var plan = ExternalPlan([], try inquiry(.seconds(60)))
    plan.isShownOwnToken = isShownOwnToken
    plan.allow = try allow.map { try TextTemplate.compile($0) }
    plan.subject = try subject.map { try TextTemplate.compile($0) }
    let provider = ExternalProvider(ProviderPlan("decide", .external(plan)), plan, by: NoInquiry())
    return provider.read(reply(status, body, headers)).words
  }

  @Test func statusesDecide() throws {
    for status in [200, 201, 204, 299] { #expect(try read(status, "") == "verified nobody []") }
    #expect(try read(200, "OK") == "verified nobody []")
    #expect(try read(200, #"{"sub":"anna","groups":"x","plan":"gold"}"#) == #"verified nobody (gold) ["x"]"#)
    for status in [100, 300, 302, 400, 404, 414, 429, 431] {
      #expect(try read(status, "{}") == "unknown: decide can't be asked: status \(status)")
    }
  }

  @Test func itsRefusalIsTheClients() throws {
    let fields = [
      HeaderField("Content-Type", "text/plain"), HeaderField("WWW-Authenticate", "Bearer"),
      HeaderField("Set-Cookie", "a=1"), HeaderField("Connection", "close"),
    ]
    #expect(
      try read(401, "no", fields)
        == #"refused 401 ["Content-Type=text/plain", "WWW-Authenticate=Bearer", "Cache-Control=no-store"] no: decide says 401"#
    )
    // Whatever is said of an answer that lets in.
    #expect(try read(403, "{}", allow: "${`true` || x}").hasPrefix("refused 403"))
    #expect(try read(404, "{}", allow: "${status == `404`}") == "unknown: decide can't be asked: status 404")
  }

  @Test func aRefusalOfTheGatewaysTokenIsNoRefusalOfTheClient() throws {
    #expect(
      try read(401, "no", isShownOwnToken: true)
        == "unknown: decide can't be asked: status 401, to the gateway's own token")
    #expect(try read(403, "no", isShownOwnToken: true).hasPrefix("refused 403"))
  }

  @Test func templatesReadTheAnswer() throws {
    let sample = #"{"principalId":"anna","policyDocument":{"Statement":[{"Effect":"EFFECT"}]}}"#
    let allow = "${@.policyDocument.Statement[0].Effect == 'Allow'}"
    let (yes, no) = (sample.replacing("EFFECT", with: "Allow"), sample.replacing("EFFECT", with: "Deny"))
    #expect(try read(200, yes, allow: allow, subject: "${@.principalId}") == "verified anna []")
    #expect(try read(200, no, allow: allow) == "invalid: decide does not allow it")
    #expect(try read(200, "", allow: allow) == "invalid: decide does not allow it")
    for text in ["\"false\"", "\"true\"", "1", "[0]", "null"] {
      #expect(try read(200, "{\"allow\":\(text)}", allow: "${allow}") == "invalid: decide does not allow it")
    }
    #expect(try read(200, #"{"allow":true}"#, allow: "${allow}") == "verified nobody []")
    #expect(try read(200, #"["a"]"#, allow: "${body[0] == 'a'}") == "verified nobody []")
    let fields = [HeaderField("X-Decision", "allow"), HeaderField("x-decision", "twice")]
    #expect(
      try read(204, "", fields, allow: #"${status == `204` && headers."x-decision" == 'allow, twice'}"#)
        == "verified nobody []")
    // What a body says can't pose as what is told of the answer.
    let posing = #"{"status":"allow","headers":{"x-decision":"allow"},"body":1}"#
    #expect(try read(200, posing, allow: "${status == 'allow'}") == "invalid: decide does not allow it")
    #expect(try read(200, posing, allow: #"${headers."x-decision"}"#) == "invalid: decide does not allow it")
    #expect(try read(200, posing, allow: "${body.status == 'allow'}") == "verified nobody []")
    #expect(try read(200, #"{"id":7}"#, subject: "${id}") == "verified 7 []")
    #expect(try read(200, "{}", subject: "${id}") == "verified nobody []")
  }

  @Test func whereTheyFailItCanNotBeTold() throws {
    #expect(
      try read(200, #"{"n":"x"}"#, allow: "${abs(n) == `1`}").hasPrefix("unknown: decide can't be asked: of its answer")
    )
    // Half an answer is none.
    #expect(
      try read(200, #"{"decision":"allow""#, allow: "${decision != 'deny'}")
        == "unknown: decide can't be asked: its answer is no JSON")
    #expect(try read(200, "<html>", subject: "${id}") == "unknown: decide can't be asked: its answer is no JSON")
  }

  @Test func membersThatStandTwiceAreNotBelieved() throws {
    for body in [
      #"{"allow":false,"allow":true}"#, #"{"allow":true,"\u0061llow":false}"#, #"{"allow":true,"by":{"a":1,"a":2}}"#,
    ] {
      for allow in ["${allow}", nil] {
        #expect(try read(200, body, allow: allow) == "unknown: decide can't be asked: its answer has a member twice")
      }
    }
    #expect(
      try read(200, #"[{"allow":false,"allow":true}]"#, allow: "${body[0].allow}")
        == "unknown: decide can't be asked: its answer has a member twice")
  }
}

/// What comes of an answer before a provider reads it.
@Suite struct InquiryAnswerTests {
  private func words(_ response: CallResponse) -> String {
    let (verdict, _) = Inquiries(of: "decide", by: NoInquiry()).verdict(of: response) { reply in
      (.invalid("read \(reply.status)"), .zero)
    }
    return verdict.words
  }

  private func words(_ status: Int, _ body: [UInt8] = []) -> String {
    words(CallResponse(.response(status: status, headers: [], body: body)))
  }

  @Test func nobodyIsThereWhereNobodyAnswersOrFails() {
    let long = [UInt8](repeating: 0x20, count: InquiryPlan.longestAnswer + 1)
    #expect(words(500) == "unavailable: decide can't be asked: status 500")
    #expect(words(503, long) == "unavailable: decide can't be asked: status 503")
    for failure in [CallFailure.timeout, .connect("refused"), .circuitOpen(retryAfter: 1)] {
      #expect(words(CallResponse(.failure(failure))).hasPrefix("unavailable: "), "\(failure)")
    }
  }

  /// A client may have brought it about.
  @Test func whatCanNotBeReadIsAnAnswer() {
    let long = [UInt8](repeating: 0x20, count: InquiryPlan.longestAnswer + 1)
    for failure in [CallFailure.queue, .invalid("broken"), .cancelled] {
      #expect(words(CallResponse(.failure(failure))).hasPrefix("unknown: "), "\(failure)")
    }
    #expect(words(200, long) == "unknown: decide can't be asked: its answer is longer than 16KiB")
    var coded = CallResponse(.response(status: 200, headers: [], body: []))
    coded.bodyFault = "it is no gzip"
    #expect(words(coded) == "unknown: decide can't be asked: it is no gzip")
    for status in [200, 302, 401, 414, 431] { #expect(words(status) == "invalid: read \(status)") }
  }
}

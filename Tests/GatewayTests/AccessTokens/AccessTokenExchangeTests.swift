import Messages
import Plans
import Testing
import Upstream

@testable import Gateway

/// What a token server is asked, and what its answers are worth.
@Suite struct AccessTokenExchangeTests {
  private func plan(_ change: (inout OAuth2Plan) -> Void = { _ in }) -> OAuth2Plan {
    var plan = OAuth2Plan(
      FetchPlace("https://id", "/token"), clientID: "a b:c", clientSecret: Secret("s+é%"))
    change(&plan)
    return plan
  }

  private func form(_ request: CallRequest) -> String { String(decoding: request.body ?? [], as: UTF8.self) }

  @Test func credentialsGoByBasicAndAreEncodedFirst() {
    let request = plan().request(to: "/token")
    #expect(request.method == "POST" && request.target == "/token")
    #expect(form(request) == "grant_type=client_credentials")
    // a%20b%3Ac:s%2B%C3%A9%25
    #expect(request.headers.joined("authorization") == "Basic YSUyMGIlM0FjOnMlMkIlQzMlQTklMjU=")
    #expect(request.headers.joined("content-type") == "application/x-www-form-urlencoded")
    #expect(request.asksForJSON && request.isRepeatable)
  }

  @Test func orWithinTheForm() {
    let request = plan {
      $0.authentication = .body
      $0.scopes = ["orders:read", "b&c"]
      $0.audience = "https://orders"
    }.request(to: "/token")
    #expect(request.headers.joined("authorization") == nil)
    #expect(
      form(request)
        == "grant_type=client_credentials&scope=orders%3Aread%20b%26c&audience=https%3A%2F%2Forders"
        + "&client_id=a%20b%3Ac&client_secret=s%2B%C3%A9%25")
  }

  private func read(_ text: String, status: Int = 200) -> AccessTokenAnswer.Outcome {
    AccessTokenAnswer.read(CallResponse(.response(status: status, headers: [], body: Array(text.utf8))))
  }

  @Test(
    arguments: [
      (#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#, Duration.seconds(3600)),
      (#"{"access_token":"t","token_type":"bearer","expires_in":"60","scope":"x"}"#, .seconds(60)),
      (#"{"access_token":"t","token_type":"BEARER"}"#, nil),
      (#"{"access_token":"t","token_type":"Bearer","expires_in":null}"#, nil),
      (#"{"access_token":"t","token_type":"Bearer","expires_in":60.5}"#, .seconds(60)),
      (#"{"access_token":"t","token_type":"Bearer","expires_in":"3600.0"}"#, .seconds(3600)),
      (#"{"access_token":"t","token_type":"Bearer","expires_in":99999999999999999999}"#, .seconds(31_536_000)),
    ] as [(String, Duration?)])
  func aTokenIsTaken(_ text: String, _ life: Duration?) throws {
    let token = try read(text).get()
    #expect(token.text.revealed == "t" && token.lifetime == life)
  }

  @Test(arguments: [
    ("{}", 200, "the answer has no access_token that can be sent"), ("[]", 200, "the answer is no JSON object"),
    ("access_token=t&token_type=bearer", 200, "the answer is no JSON object"),
    ("", 200, "the answer is no JSON object"),
    (#"{"access_token":"","token_type":"Bearer"}"#, 200, "the answer has no access_token that can be sent"),
    (#"{"access_token":7,"token_type":"Bearer"}"#, 200, "the answer has no access_token that can be sent"),
    (#"{"access_token":"a\r\nx: y","token_type":"Bearer"}"#, 200, "the answer has no access_token that can be sent"),
    (#"{"access_token":"a b","token_type":"Bearer"}"#, 200, "the answer has no access_token that can be sent"),
    (#"{"access_token":"é","token_type":"Bearer"}"#, 200, "the answer has no access_token that can be sent"),
    (#"{"access_token":"t"}"#, 200, "the token is none of type Bearer"),
    (#"{"access_token":"t","token_type":"mac"}"#, 200, "the token is none of type Bearer"),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":0}"#, 200,
      "the token has ended already, as its expires_in says"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":-5}"#, 200,
      "the token has ended already, as its expires_in says"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":0.9}"#, 200,
      "the token has ended already, as its expires_in says"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":"1h"}"#, 200,
      "the token's expires_in is no number of seconds"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":"60."}"#, 200,
      "the token's expires_in is no number of seconds"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":1e3}"#, 200,
      "the token's expires_in is no number of seconds"
    ),
    (
      #"{"access_token":"t","token_type":"Bearer","expires_in":{}}"#, 200,
      "the token's expires_in is no number of seconds"
    ),
    (#"{"access_token":"t","token_type":"Bearer"}"#, 201, "status 201"),
    (#"{"error":"invalid_client","error_description":"s3cret"}"#, 401, "status 401: invalid_client"),
    (#"{"error":"two words\n"}"#, 400, "status 400"), (#"{"error":""}"#, 400, "status 400"),
    ("<html>", 502, "status 502"),
  ])
  func anythingElseIsNone(_ text: String, _ status: Int, _ why: String) {
    #expect(throws: AccessTokenAnswer.Fault(message: why)) { try read(text, status: status).get() }
  }

  @Test func whatIsTooLongIsNone() {
    let long = String(repeating: "t", count: OAuth2Plan.longestToken)
    #expect(throws: Never.self) { try read(#"{"access_token":"\#(long)","token_type":"Bearer"}"#).get() }
    #expect(throws: AccessTokenAnswer.Fault.self) {
      try read(#"{"access_token":"\#(long)t","token_type":"Bearer"}"#).get()
    }
    let code = String(repeating: "e", count: 64)
    #expect(throws: AccessTokenAnswer.Fault(message: "status 400: \(code)")) {
      try read(#"{"error":"\#(code)"}"#, status: 400).get()
    }
    #expect(throws: AccessTokenAnswer.Fault(message: "status 400")) {
      try read(#"{"error":"\#(code)e"}"#, status: 400).get()
    }
  }

  @Test func whatDoesNotComeIsTold() {
    for (failure, why) in [
      (CallFailure.timeout, "timeout"), (.connect("refused"), "refused"), (.circuitOpen(retryAfter: 1), "circuit-open"),
    ] {
      #expect(throws: AccessTokenAnswer.Fault(message: why)) {
        try AccessTokenAnswer.read(CallResponse(.failure(failure))).get()
      }
    }
    var broken = CallResponse(.response(status: 200, headers: [], body: []))
    broken.bodyFault = "not gzip"
    #expect(throws: AccessTokenAnswer.Fault(message: "status 200, and a body that can't be read")) {
      try AccessTokenAnswer.read(broken).get()
    }
  }
}

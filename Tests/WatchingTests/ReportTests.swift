import JSONText
import Messages
import NIOHTTP1
import Testing
import Timing

@testable import Watching

@Suite struct ReportTests {
  private let report = RequestReport(
    SecretParts(headers: ["X-Mine"], query: ["card"]), slowFrom: .milliseconds(500), at: .at(160),
    clock: WallTime(milliseconds: 1_000_000_060_000))

  @Test func aRowSaysWhatMatters() {
    let request = WatchedRequest.test("r1", took: 612, calls: [.test("orders", "timeout", took: 600), .test("users")])
    #expect(
      text(.object(report.summary(request)))
        == #"{"id":"r1","time":"2001-09-09T01:46:40.000Z","route":"GET /a","method":"GET","path":"/a","status":200,"#
        + #""ms":612,"result":"partial","kept":"partial","cache":null,"#
        + #""slowest":{"name":"orders","ms":600,"outcome":"timeout"},"failed":["orders=timeout"]}"#)
  }

  @Test func aWaterfallAddsUp() throws {
    var call = CallTrace(
      "orders", backend: "shop", outcome: "ok", began: .at(100, milliseconds: 2), ended: .at(100, milliseconds: 100))
    var attempt = AttemptTrace(
      "http://a", queued: .at(100, milliseconds: 2), began: .at(100, milliseconds: 12),
      ended: .at(100, milliseconds: 100), outcome: "ok")
    attempt.connect = .milliseconds(8)
    attempt.firstByte = .milliseconds(60)
    attempt.status = 200
    call.attempts = [attempt]
    call.attemptCount = 1
    call.isHedged = true
    let whole = report.whole(.test(took: 110, target: "/a?b=1&token=s3", calls: [call]))
    let told = try #require(whole["calls"]?[0])
    #expect(
      text(told)
        == #"{"name":"orders","backend":"shop","outcome":"ok","status":null,"at":2,"ms":98,"cache":null,"hedged":true,"#
        + #""used":null,"compensated":null,"attemptCount":1,"attempts":[{"address":"http://a","at":2,"queue":10,"#
        + #""connect":8,"firstByte":52,"body":28,"ms":88,"status":200,"outcome":"ok"}]}"#)
    #expect(whole["query"]?.string == "b=1&token=REDACTED")
  }

  @Test func secretsAreLeftOutOfCurlLines() {
    let headers: HTTPHeaders = [
      "Host": "shop", "Accept": "application/json", "Authorization": "Bearer s3cret", "Cookie": "a=s3cret",
      "X-Api-Key": "s3cret", "X-Mine": "s3cret", "X-Session-Token": "s3cret", "X-Name": "it's",
    ]
    let request = WatchedRequest(
      id: "r", received: .at(1), ended: .at(2), route: nil, target: "/a?card=s3cret&%74oken=s3cret&q=a%20b&flag",
      headers: headers)
    let line = CurlLine.text(request, SecretParts(headers: ["X-Mine"], query: ["card"]))
    #expect(!line.contains("s3cret") && !line.contains("Host:"))
    #expect(
      line.hasPrefix("curl 'http://localhost/a?card=REDACTED&%74oken=REDACTED&q=a%20b&flag' -H 'Accept: application"))
    #expect(line.contains("-H 'Authorization: REDACTED'") && line.contains(#"-H 'X-Name: it'\''s'"#))
  }

  @Test(arguments: ["card[]", "card%5B0%5D", "token[a]", "session_state", "x_signature", "Api-Key"])
  func aSecretParameterIsHiddenHoweverItIsWritten(_ name: String) {
    #expect(SecretParts(query: ["card"]).query("a=1&\(name)=s3cret&b=2") == "a=1&\(name)=REDACTED&b=2")
  }

  @Test(arguments: [
    "X-Authorization", "Ocp-Apim-Subscription-Key", "X-Goog-Api-Key", "X-Session", "X-Hub-Signature-256",
  ])
  func headersThatAreNamedAsSecretsAreHidden(_ name: String) {
    let request = WatchedRequest(
      id: "r", received: .at(1), ended: .at(2), route: nil, target: "/a", headers: [name: "s3cret"])
    let line = CurlLine.text(request, SecretParts())
    #expect(!line.contains("s3cret") && line.contains("\(name): REDACTED"))
  }

  @Test func troublesAreSaidInWords() {
    let (all, slow) = (tally(100, failing: 38, "timeout", took: 20), tally(20, failing: 0, "", took: 1200))
    let open = Troubles.Condition(.bad, "breaker open for 4 s")
    func of(_ tally: Tally?, _ conditions: [Troubles.Condition] = []) -> String? {
      Troubles.ofBackend("orders", tally, conditions, slowFrom: .milliseconds(500)).map { "\($0.weight) \($0.words)" }
    }
    #expect(of(all, [open]) == "bad 38 % timeout in the last minute, breaker open for 4 s")
    #expect(of(nil, [open]) == "bad breaker open for 4 s")
    #expect(of(tally(20, failing: 0, "", took: 20)) == nil && of(nil) == nil)
    // Two of a hundred, and two of two, are not told.
    #expect(of(tally(100, failing: 2, "status", took: 5)) == nil && of(tally(2, failing: 2, "status", took: 5)) == nil)
    #expect(
      of(slow)?.hasPrefix("warning slow, p95 1.2 s") == true || of(slow)?.hasPrefix("warning slow, p95 1.3 s") == true)
    #expect(of(nil, [Troubles.Condition(.warning, "http://a drained")]) == "warning http://a drained")
    #expect(Troubles.ofRoute("GET /a", all)?.words == "38 % errors in the last minute")
    #expect(Troubles.ofRoute("GET /a", tally(100, failing: 0, "", took: 5)) == nil)
  }

  @Test func figuresAreRounded() {
    #expect(text(.rounded(12)) == "12" && text(.rounded(12.345)) == "12.35" && text(.rounded(0.5)) == "0.5")
    #expect(text(.rounded(nil)) == "null" && text(.share(0.123456)) == "0.1235" && text(.share(.nan)) == "null")
    #expect(text(.rounded(0)) == "0" && text(.rounded(1200)) == "1200")
    #expect(Troubles.percent(0.004) == "under 1 %" && Troubles.percent(0) == "0 %" && Troubles.percent(0.384) == "38 %")
    #expect(Troubles.time(38.4) == "38 ms" && Troubles.time(1240) == "1.2 s" && Troubles.time(3000) == "3 s")
  }

  private func tally(_ count: Int, failing: Int, _ outcome: String, took milliseconds: Int) -> Tally {
    var series = Series(windows: 1, of: .seconds(10))
    for number in 0..<count {
      let isFailed = number < failing
      series.record(
        Series.Event(microseconds: milliseconds * 1000, isFailed: isFailed, outcome: isFailed ? outcome : nil),
        at: .at(1))
    }
    return series.tally(at: .at(1))
  }

  private func text(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.write(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

import Front
import JSONText
import Messages

/// What came of one step of a test. A value.
package struct StepOutcome: Sendable {
  /// `nil`: no answer came.
  package var status: Int?
  package var headers: [HeaderField] = []
  package var body: [UInt8] = []
  /// How long the client has waited, by the set clock.
  package var elapsed: Duration = .zero
  /// All that backends were sent, and what went on behind the answer with it.
  package var requests: [SentRequest] = []
  /// The route's name; `nil`: none was found, or there was no request.
  package var route: String?
  package var cache: CacheResult?
  /// The stage that refused it.
  package var refused: String?
  /// What `Weft-Outcome` says, or why a proxied request failed.
  package var outcome: String?
  /// There was a request.
  package var isRequest = true
  /// The answer ended before its end.
  package var isBrokenOff = false

  /// A step that only waits.
  init(requests: [SentRequest]) {
    self.requests = requests
    isRequest = false
  }

  /// What is no request.
  init(fault: RequestFault) {
    let answer = fault.answer
    (status, headers, body, refused) = (answer.status, answer.headers, answer.body, "request")
  }

  init(_ client: RehearsalClient, elapsed: Duration, requests: [SentRequest], isAnswered: Bool) {
    self.elapsed = elapsed
    self.requests = requests
    guard isAnswered else { return }
    (status, headers, body, isBrokenOff) = (client.status, client.headers, client.body, client.isBrokenOff)
    guard let record = client.record else { return }
    (route, cache, refused, outcome) = (record.route, record.cache, record.refused?.stage, record.outcome)
  }

  /// `nil` where it is no JSON.
  package var json: JSONValue? { (try? JSONText(body)).map { .slice($0.root) } }

  /// The word of each call that `Weft-Outcome` names, and what stood in for its value.
  package var words: [String: (word: String, used: String?)] {
    var words: [String: (String, String?)] = [:]
    for element in (outcome ?? "").split(separator: ",") {
      let parts = element.split(separator: ";").map { $0.drop { $0 == " " } }
      guard let name = parts.first else { continue }
      func value(_ key: String) -> String? {
        parts.dropFirst().first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
      }
      if let word = value("outcome") { words[String(name)] = (word, value("used")) }
    }
    return words
  }
}

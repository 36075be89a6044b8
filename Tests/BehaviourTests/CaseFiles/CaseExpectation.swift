/// What an answer must be.
struct CaseExpectation: Decodable, Sendable {
  /// One, or several that are all right.
  var status: [Int]
  var message: CaseMessageChecks
  /// `Weft-Outcome`; `none`: no such header. `dur=*` stands for any number of milliseconds.
  var outcome: String?
  /// The answer is a problem document of this status.
  var problem: Int?
  /// False: the body must have been broken off.
  var complete: Bool
  /// Methods that `Allow` must name, and no others, but for HEAD and OPTIONS.
  var allow: [String]?

  init(from decoder: any Decoder) throws {
    let members = try decoder.members(
      "status", "headers", "match", "present", "absent", "body", "json", "contains", "lacks", "outcome", "problem",
      "complete", "allow")
    message = try CaseMessageChecks(members)
    outcome = try members["outcome"]
    problem = try members["problem"]
    complete = try members("complete", or: true)
    allow = try members["allow"]
    let several: [Int]? = try? members["status"]
    status = try several ?? [members("status", or: problem ?? 200)]
  }

  /// Everything that is wrong with the answer.
  func problems(_ response: RawResponse) throws -> [String] {
    var problems: [String] = []
    if !status.contains(response.status) { problems.append("status: expected \(status), got \(response.status)") }
    if response.isComplete != complete {
      problems.append(complete ? "the body was broken off" : "the body looks complete")
    }
    if let outcome { problems += outcomeProblems(outcome, response["Weft-Outcome"]) }
    if let problem { problems += problemProblems(problem, response) }
    if let allow { problems += allowProblems(allow, response) }
    return try problems + message.problems(response.head, response.body)
  }

  private func outcomeProblems(_ wanted: String, _ found: String?) -> [String] {
    let expected = wanted == "none" ? nil : OutcomeList(wanted)
    let actual = found.map { OutcomeList($0) }
    return expected == actual ? [] : ["Weft-Outcome: expected “\(wanted)”, got “\(found ?? "none")”"]
  }

  private func problemProblems(_ status: Int, _ response: RawResponse) -> [String] {
    var problems: [String] = []
    if response["Content-Type"]?.hasPrefix("application/problem+json") != true {
      problems.append("Content-Type: expected application/problem+json, got \(response["Content-Type"] ?? "none")")
    }
    guard let tree = try? response.json() else { return problems + ["the problem document is not JSON"] }
    if tree["status"]?.number != Double(status) { problems.append("the problem's member status is not \(status)") }
    if tree["title"]?.string?.isEmpty != false { problems.append("the problem has no title") }
    return problems
  }

  private func allowProblems(_ wanted: [String], _ response: RawResponse) -> [String] {
    guard let text = response["Allow"] else { return ["no Allow"] }
    let automatic: Set = ["HEAD", "OPTIONS"]
    let found = Set(text.split(separator: ",").map { $0.trimmingPrefix(/\s+/) }.map(String.init))
    let isRight = found.subtracting(automatic) == Set(wanted).subtracting(automatic) && found.isSuperset(of: wanted)
    return isRight ? [] : ["Allow: expected \(wanted), got “\(text)”"]
  }
}

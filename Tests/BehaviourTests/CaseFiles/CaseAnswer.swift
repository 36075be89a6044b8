/// What a backend answers in a case, and what it must have seen: a text (200 with that JSON), or a mapping.
struct CaseAnswer: Decodable, Sendable {
  var answer = ScriptedAnswer()
  /// Answers only once as many requests of the case as this wait likewise.
  var meets: Int?
  var saw: CaseMessageChecks?

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      answer = .json(text)
      return
    }
    let members = try decoder.members(
      "status", "headers", "body", "pieces", "framing", "missing", "raw", "delay", "gap", "meets", "fault", "then",
      "saw")
    answer.status = try members("status", or: 200)
    answer.headers = try members("headers", or: [])
    let body: CaseBytes? = try members["body"]
    let pieces: [CaseBytes]? = try members["pieces"]
    answer.pieces = (pieces ?? (body.map { [$0] } ?? [])).map(\.bytes)
    answer.framing = try members("framing", or: .length)
    answer.missing = try members("missing", or: 0)
    let raw: CaseBytes? = try members["raw"]
    answer.raw = raw?.bytes
    answer.delay = try members("delay", or: 0)
    answer.gap = try members("gap", or: 0)
    answer.fault = try members["fault"]
    answer.then = try members["then"]
    meets = try members["meets"]
    saw = try members["saw"]
  }
}

/// One answer, or several in turn of which the last is repeated.
struct CaseAnswers: Decodable, Sendable {
  var inTurn: [CaseAnswer]

  init(from decoder: any Decoder) throws {
    if let list = try? decoder.unkeyedContainer(), list.count != nil {
      inTurn = try [CaseAnswer](from: decoder)
    } else {
      inTurn = [try CaseAnswer(from: decoder)]
    }
  }
}

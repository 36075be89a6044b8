/// What a message's header and body must be. The same for answers and for requests that a backend got.
struct CaseMessageChecks: Decodable, Sendable {
  /// Exact values; repeated lines joined by `, `.
  var headers: [String: String]
  /// Regular expressions that must occur in the value.
  var match: [String: String]
  var present: [String]
  var absent: [String]
  /// Exact bytes.
  var body: CaseBytes?
  /// Equal as JSON, with the wildcards of `JSONTree.difference`.
  var json: String?
  var contains: [String]
  var lacks: [String]

  static let names = ["headers", "match", "present", "absent", "body", "json", "contains", "lacks"]

  init(from decoder: any Decoder) throws {
    try self.init(
      decoder.members("headers", "match", "present", "absent", "body", "json", "contains", "lacks"))
  }

  init(_ members: CaseMembers) throws {
    headers = try members("headers", or: [:])
    match = try members("match", or: [:])
    present = try members("present", or: [])
    absent = try members("absent", or: [])
    body = try members["body"]
    json = try members["json"]
    contains = try members("contains", or: [])
    lacks = try members("lacks", or: [])
  }

  /// Everything that is wrong with the message.
  func problems(_ head: MessageHead, _ body: [UInt8]) throws -> [String] {
    var problems: [String] = []
    for (name, wanted) in headers where head[name] != wanted {
      problems.append("header \(name): expected “\(wanted)”, got \(head[name].map { "“\($0)”" } ?? "none")")
    }
    for (name, pattern) in match where try head[name]?.firstMatch(of: Regex(pattern)) == nil {
      problems.append("header \(name): expected a match of \(pattern), got \(head[name].map { "“\($0)”" } ?? "none")")
    }
    problems += present.filter { head[$0] == nil }.map { "header \($0) is missing" }
    problems += absent.compactMap { name in head[name].map { "header \(name) must not be there: “\($0)”" } }
    return problems + bodyProblems(body, whole: String(decoding: head.bytes + body, as: UTF8.self))
  }

  private func bodyProblems(_ found: [UInt8], whole: String) -> [String] {
    var problems: [String] = []
    let text = String(decoding: found, as: UTF8.self)
    if let body, body.bytes != found {
      problems.append("body: expected “\(String(decoding: body.bytes, as: UTF8.self))”, got “\(text)”")
    }
    if let json {
      do {
        let difference = try JSONTree(parsing: found).difference(from: JSONTree(parsing: json))
        if let difference { problems.append("body: \(difference)") }
      } catch {
        problems.append("body: \(error) (expected \(json))")
      }
    }
    problems += contains.filter { !text.contains($0) }.map { "body does not contain “\($0)”" }
    return problems + lacks.filter { whole.contains($0) }.map { "the message must not contain “\($0)”" }
  }
}

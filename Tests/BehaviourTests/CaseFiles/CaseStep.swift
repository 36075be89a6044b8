/// One request of a case and what must come of it.
struct CaseStep: Decodable, Sendable {
  var request: CaseRequest
  var expect: CaseExpectation

  init(from decoder: any Decoder) throws {
    let members = try decoder.members("request", "expect")
    request = try members.require("request")
    expect = try members.require("expect")
  }

  init(request: CaseRequest, expect: CaseExpectation) {
    self.request = request
    self.expect = expect
  }
}

/// `GET /path`, or a mapping with header lines and a body; or `raw`, the bytes of the whole request.
struct CaseRequest: Decodable, Sendable {
  var line: String
  var headers: [String] = []
  var body: CaseBytes?
  var raw: CaseBytes?

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      line = text
      return
    }
    let members = try decoder.members("line", "headers", "body", "raw")
    line = try members("line", or: "")
    headers = try members("headers", or: [])
    body = try members["body"]
    raw = try members["raw"]
  }

  var bytes: [UInt8] { raw?.bytes ?? RawClient.request(line, headers: headers, body: body?.bytes) }

  var method: String {
    raw == nil ? String(line.prefix { $0 != " " }) : String(decoding: bytes.prefix { $0 != 32 }, as: UTF8.self)
  }
}

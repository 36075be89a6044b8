import JSONText

/// A problem document (RFC 9457): the one form in which the gateway itself tells a client of a failure.
package struct Problem: Sendable {
  /// 400 to 599.
  package var status: Int
  /// The same for every problem of this type; by default the status's phrase.
  package var title: String
  /// About this occurrence, for a person. Never a secret, a backend's address or a backend's words.
  package var detail: String?
  /// A URI reference. `about:blank` says no more than the status does, and is left out, as the RFC allows.
  package var type: String
  /// Extension members, after the standard ones.
  package var members: [(name: String, value: JSONValue)]
  /// Why it was refused, in one word for `errors`; no part of the document. `nil`: what the status says.
  package var reason: String?
  /// The header lines, such as `Retry-After` or `Allow`. `Content-Type` is added by `answer()`.
  package var headers: [HeaderField]

  package init(
    _ status: Int, detail: String? = nil, title: String? = nil, type: String = "about:blank",
    members: [(name: String, value: JSONValue)] = [], headers: [HeaderField] = [], reason: String? = nil
  ) {
    self.status = status
    self.title = title ?? Self.phrase(of: status)
    self.detail = detail
    self.type = type
    self.members = members
    self.headers = headers
    self.reason = reason
  }

  package static let mediaType = "application/problem+json"

  /// Makes the answer, as `application/problem+json`.
  package func answer() -> Answer {
    var document = JSONObject()
    if type != "about:blank" { document.append("type", .string(type)) }
    document.append("title", .string(title))
    document.append("status", .number(JSONNumber(status)))
    if let detail { document.append("detail", .string(detail)) }
    for member in members { document.append(member.name, member.value) }
    var writer = JSONWriter(capacity: 256)
    writer.write(.object(document))
    var fields = headers
    fields.append(HeaderField("Content-Type", Self.mediaType))
    var answer = Answer(status: status, headers: fields, body: writer.bytes)
    answer.isProblem = true
    return answer
  }

  /// The phrases of the IANA registry for the statuses the gateway answers with or passes on; `Error` for others.
  package static func phrase(of status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 425: "Too Early"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 451: "Unavailable For Legal Reasons"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 508: "Loop Detected"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}

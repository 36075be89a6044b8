/// A request to a backend, by its parts: what was sent, read by the plainest of readers, or what is to be sent.
struct BackendMessage: Equatable, CustomStringConvertible {
  var method = "GET"
  var segments: [String]
  var query: [String] = []
  /// Of `X-V`; `nil` where it is not sent.
  var header: String?
  var body: JSONTree?

  init(_ segments: [String], query: [String] = [], header: String? = nil) {
    self.segments = segments
    self.query = query
    self.header = header
  }

  /// `nil` where the request line is not one of printable characters in origin-form.
  init?(_ request: RecordedRequest) {
    let words = request.head.startLine.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1", words[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      !words[1].contains("#")
    else { return nil }
    let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    method = String(words[0])
    segments = parts[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.text)
    query = parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false).map(Self.text) : []
    guard parts[0].first == "/" else { return nil }
    header = Oracle.fields(request.head.bytes).first { $0.name == "x-v" }?.value
    body = request.body.isEmpty ? nil : (try? JSONTree(parsing: request.body)) ?? .string("no JSON: \(request.text)")
  }

  private static func text(_ encoded: Substring) -> String {
    Oracle.decoded(encoded).flatMap { String(validating: $0, as: UTF8.self) } ?? "not encoded: \(encoded)"
  }

  /// By code points, as a backend would.
  static func == (left: BackendMessage, right: BackendMessage) -> Bool {
    left.description.utf8.elementsEqual(right.description.utf8)
  }

  var description: String {
    "\(method) \(segments.map(Oracle.json)) \(query.map(Oracle.json)) \(header.map(Oracle.json) ?? "-") \(body.map(Self.text) ?? "-")"
  }

  private static func text(_ tree: JSONTree) -> String {
    switch tree {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .number(let text): text
    case .string(let text): Oracle.json(text)
    case .array(let elements): "[" + elements.map(text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Oracle.json($0.name)):\(text($0.value))" }.joined(separator: ",") + "}"
    }
  }
}

/// A request as a backend got it.
struct RecordedRequest: Sendable {
  var head: MessageHead
  var body: [UInt8] = []
  var isComplete = true
  /// Counts the backend's connections from 0.
  var connection: Int

  /// `GET /users/42?x=1`: the request line without the version.
  var line: String {
    let words = head.startLine.split(separator: " ", omittingEmptySubsequences: false)
    return words.dropLast().joined(separator: " ")
  }

  var target: String { String(line.drop { $0 != " " }.dropFirst()) }
  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(name: String) -> String? { head[name] }
}

import Testing

/// An answer and what follows it over the same connection, so much later, though nobody asked.
struct ExcessRow: Sendable, CustomTestStringConvertible {
  var method = "GET"
  var answer: String
  var excess: String
  /// Milliseconds; those of the table are 0, 1, 20 and 200.
  var delay: UInt32 = 0
  private var name: String

  var testDescription: String { "\(name), after \(delay) ms" }

  private static let kinds = [
    ExcessRow(
      method: "HEAD", answer: head("200 OK", "Content-Length: \(answer.utf8.count)"), excess: answer,
      name: "an answer that is the body of one to HEAD"),
    ExcessRow(answer: head("204 No Content"), excess: answer, name: "an answer behind 204"),
    ExcessRow(answer: head("304 Not Modified"), excess: answer, name: "an answer behind 304"),
    ExcessRow(answer: head("200 OK", "Content-Length: 1") + "1", excess: "{}\r\n\r\n", name: "no answer behind a body"),
  ]

  static let all: [ExcessRow] = kinds.flatMap { kind in
    [0, 1, 20, 200].map { (delay: UInt32) in
      var row = kind
      row.delay = delay
      return row
    }
  }

  static let lines = kinds.map {
    FaultLine(
      fault: "excess: \($0.name), after 0, 1, 20, 200 ms", call: "`ok`: the right one",
      proxy: "passed on: the right one", test: "whatComesBehindAnAnswerIsNoAnswer")
  }

  private static let answer = head("200 OK", "Content-Length: 6") + "\"evil\""

  private static func head(_ status: String, _ field: String = "X: 1") -> String {
    "HTTP/1.1 \(status)\r\n\(field)\r\n\r\n"
  }
}

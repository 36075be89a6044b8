import Testing

/// A request that meets a kept connection which the backend ends in the same moment: nobody knows whether it was
/// done.
struct KeptConnectionRow: Sendable, CustomTestStringConvertible {
  var method: String
  /// Of the request, if it has one.
  var body: String?
  var isChunked = false
  var end: ScriptedAnswer.Fault
  /// Sent once more, over a new connection; else the backend sees it once, and the client hears of it.
  var isRepeated: Bool

  var testDescription: String {
    let body = body == nil ? "" : isChunked ? " with a body in chunks" : " with a body"
    return "kept connection \(end == .reset ? "reset" : "closed") under \(method)\(body)"
  }

  var line: FaultLine {
    let end = isRepeated ? "repeated once" : "sent once, "
    return FaultLine(
      fault: testDescription, call: isRepeated ? end : end + "`connect`, 502", proxy: isRepeated ? end : end + "502",
      test: "aDyingConnectionIsMet")
  }

  static let all = [ScriptedAnswer.Fault.close, .reset].flatMap { end in
    [
      KeptConnectionRow(method: "GET", end: end, isRepeated: true),
      KeptConnectionRow(method: "POST", end: end, isRepeated: false),
      KeptConnectionRow(method: "POST", body: "{}", end: end, isRepeated: false),
      KeptConnectionRow(method: "POST", body: "2\r\n{}\r\n0\r\n\r\n", isChunked: true, end: end, isRepeated: false),
      KeptConnectionRow(method: "PUT", body: "{}", end: end, isRepeated: false),
      KeptConnectionRow(method: "PATCH", body: "{}", end: end, isRepeated: false),
      KeptConnectionRow(method: "DELETE", end: end, isRepeated: false),
    ]
  }
}

import Messages

extension ClientInfo {
  /// In place of `forwardingLines` where others get what comes back: `Via`, `X-Request-Id` and `traceparent` of the
  /// gateway's own, and nothing that a client sent or could be told by.
  package static func ownLines() -> HeaderText? {
    var random = RandomIDs()
    return HeaderText { lines in
      lines.add("Via") { $0 += "1.1 \(Via.pseudonym)".utf8 }
      lines.add("X-Request-Id") {
        RandomIDs.append(random.next(), to: &$0)
        RandomIDs.append(random.next(), to: &$0)
      }
      lines.add("traceparent") { TraceContext(&random).write(to: &$0) }
    }
  }
}

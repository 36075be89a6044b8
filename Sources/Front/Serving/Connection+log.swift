import Observing

// The access log: one line a request, also for what is no request.
extension Connection {
  func logAccess(status: Int, bytes: Int) {
    writeAccess(status: status, bytes: bytes, isCutOff: false)
  }

  /// A line without method, path and `X-Forwarded-For` where no head could be taken: what they are isn't known then.
  func logRefusal(_ fault: RequestFault, bytes: Int, requestID: String) {
    if current != nil {
      current?.refused = fault.detail
      return logAccess(status: fault.status, bytes: bytes)
    }
    guard let writer = loop.settings.accessLog else { return }
    loop.accessLine.begin(level: "info", "request")
    loop.accessLine.field("status", fault.status)
    loop.accessLine.field("refused", fault.detail)
    loop.accessLine.field("bytes", bytes)
    loop.accessLine.field("client", peer.address)
    loop.accessLine.field("request", requestID)
    writer.append(loop.accessLine.ended())
  }

  /// Why the answer is not what it should be.
  func noteOutcome(_ exchange: Exchange, _ word: String) {
    if self.exchange === exchange { current?.outcome = word }
  }

  /// The connection has ended before the answer did.
  func logCutOff() {
    let hasBegun = answer == .begun
    writeAccess(status: hasBegun ? streamedStatus : nil, bytes: hasBegun ? streamedBytes : 0, isCutOff: true)
  }

  /// The path comes last, since a line that is too long loses its end.
  private func writeAccess(status: Int?, bytes: Int, isCutOff: Bool) {
    guard let writer = loop.settings.accessLog, let current else { return }
    loop.accessLine.begin(level: "info", "request")
    if let route = current.routeName { loop.accessLine.field("route", route) }
    loop.accessLine.field("method", current.head.method)
    if let status { loop.accessLine.field("status", status) }
    if let outcome = current.outcome { loop.accessLine.field("outcome", outcome) }
    if let refused = current.refused { loop.accessLine.field("refused", refused) }
    if isCutOff { loop.accessLine.field("end", "cut-off") }
    loop.accessLine.field("bytes", bytes)
    loop.accessLine.field("ms", current.received.milliseconds(to: .now()))
    loop.accessLine.field("client", current.client.address)
    loop.accessLine.field("request", current.client.requestID)
    loop.accessLine.field("path", current.path)
    writer.append(loop.accessLine.ended())
  }
}

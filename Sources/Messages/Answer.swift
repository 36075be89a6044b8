/// A whole answer to a client, in memory. `Content-Length`, `Date`, the request id and the connection's own headers
/// are added by the front; `headers` must not hold them.
package struct Answer: Sendable {
  package var status: Int
  package var headers: [HeaderField]
  package var body: [UInt8]
  /// The word for whoever tells of the request: what `Weft-Outcome` says, or why it failed.
  package var outcome: String?
  /// What there is to tell of a composite's calls, in the file's order.
  package var calls: [CallTrace] = []
  /// It lacks something that a call, or an expression, was to give; also where it is a problem document for that.
  package var isPartial = false
  /// It is a problem document, which the gateway made.
  package var isProblem = false
  /// The route's `responseHeaders` are among its headers.
  package var hasRouteHeaders = false

  package init(status: Int, headers: [HeaderField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Whether answers of the status have content; false of one that has none, and so nothing that tells of it (RFC 9110
  /// §15.3.5, §15.3.6, §15.4.5).
  package var hasContent: Bool { status != 204 && status != 205 && status != 304 }
}

/// Why what a client sent is not taken for a request. It is answered with a problem, and the connection is closed:
/// where the next request would begin can't be known.
package struct RequestFault: Error, Equatable {
  /// What the client is answered with.
  package let status: Int
  package let detail: String

  init(_ status: Int, _ detail: String) {
    self.status = status
    self.detail = detail
  }

  static func bad(_ detail: String) -> RequestFault { RequestFault(400, detail) }
}

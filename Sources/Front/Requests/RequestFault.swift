import Messages

/// Why what a client sent is not taken for a request. It is answered with a problem, and the connection is closed:
/// where the next request would begin can't be known.
package struct RequestFault: Error, Equatable {
  /// What the client is answered with.
  package let status: Int
  package let detail: String

  package init(_ status: Int, _ detail: String) {
    self.status = status
    self.detail = detail
  }

  package static func bad(_ detail: String) -> RequestFault { RequestFault(400, detail) }

  /// The problem that the client is told.
  package var answer: Answer {
    let allow = status == 405 ? [HeaderField("Allow", Exchange.allMethods)] : []
    return Problem(status, detail: detail, headers: allow).answer()
  }
}

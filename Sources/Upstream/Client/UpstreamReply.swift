import Transfers

/// How a call ended, after its retries. Any status is a response.
package struct UpstreamReply: Sendable {
  package var result: Result<TransferResponse, UpstreamFailure>
  /// Whether a transfer was begun, of this attempt or an earlier one.
  package var wasSent: Bool

  package init(result: Result<TransferResponse, UpstreamFailure>, wasSent: Bool) {
    self.result = result
    self.wasSent = wasSent
  }

  init(unsent failure: UpstreamFailure) {
    self.init(result: .failure(failure), wasSent: false)
  }
}

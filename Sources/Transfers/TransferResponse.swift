/// A whole answer, of whatever status.
package struct TransferResponse: Sendable {
  package var status: Int
  /// Empty below status 400 unless the request asked for it.
  package var headers: HeaderBlock
  /// Decoded where compression was accepted.
  package var body: [UInt8]

  package init(status: Int, headers: HeaderBlock = HeaderBlock(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Asks a running gateway whether it is ready, for `weft health`.
package enum ReadinessClient {
  /// Less than supervisors wait for a check, as a rule.
  private static let patience = Duration.seconds(3)

  /// - Returns: what it says, in a line, and whether requests are to be sent there.
  package static func ask(_ admin: AdminClient) async -> (words: String, isReady: Bool) {
    switch await admin.get("/readyz", within: patience) {
    case .failure(let failure): (failure.reason, false)
    case .success(let response):
      (String(decoding: response.body.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self), response.status == 200)
    }
  }
}

import JSONText

/// Asks a running gateway to reload, for `weft reload`.
package enum ReloadClient {
  /// Longer than the largest folder takes, and some reloads before it.
  private static let patience = Duration.seconds(60)

  package enum Outcome: Sendable {
    /// What changed.
    case done(String)
    /// The diagnostics.
    case refused(String)
    /// It was not asked, or had no answer.
    case failed(String)
  }

  package static func send(to admin: AdminClient) async -> Outcome {
    switch await admin.post("/reload", [], within: patience) {
    case .failure(let failure): return .failed(failure.reason)
    case .success(let response):
      let text = String(decoding: response.body, as: UTF8.self)
      switch response.status {
      case 200: return .done(text)
      case 422: return .refused(text)
      default:
        let detail = (try? JSONText(response.body).root)?[member: "detail"]?.string
        return .failed(detail ?? "the answer was \(response.status)")
      }
    }
  }
}

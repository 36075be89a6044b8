import Caching
import Composing
import Messages
import NIOCore

/// A backend's response to a call in the form of a cache's entry, and back. A failure has that form too, so that those
/// who wait for the same call end as the first one did; it is never stored.
enum CallEntry {
  /// The status that the backend gave: the entry's own says whether it may be kept (200), and whether an earlier one
  /// may stand in for it (502).
  private static let status: StaticString = "weft-status"
  private static let failure: StaticString = "weft-failure"
  private static let detail: StaticString = "weft-detail"
  /// What the backend's response said of its keeping, in fields that entries do not have.
  private static let control: StaticString = "weft-control"

  private static func isOwn(_ field: HeaderField) -> Bool {
    [status, failure, detail, control].contains { field.isNamed($0) }
  }

  static func draft(of response: CallResponse, _ record: CallRecord) -> CacheDraft {
    if let fault = response.bodyFault, record.outcome == .invalid { return draft(of: .invalid(fault)) }
    switch response.result {
    case .response(let status, let headers, let body):
      // A backend does not get to say what only this may.
      var draft = CacheDraft(
        status: 200, headers: headers.filter { !isOwn($0) }, body: ByteBuffer(bytes: body))
      if record.outcome.isFailure { draft.status = (400...499).contains(status) ? status : 502 }
      draft.headers.append(HeaderField(Self.status.description, String(status)))
      if let said = CacheDirectives(response: headers) {
        draft.headers.append(HeaderField(control.description, said.field))
      }
      return draft
    case .failure(let failure): return draft(of: failure)
    }
  }

  private static func draft(of failure: CallFailure) -> CacheDraft {
    var draft = CacheDraft(status: 502, headers: [], body: ByteBuffer())
    draft.headers = [
      HeaderField(Self.failure.description, failure.outcome), HeaderField(detail.description, failure.detail),
    ]
    return draft
  }

  /// - Parameter keepsHeaders: somebody reads them; those of a failed status are there in any case.
  static func result(of entry: CacheEntry, keepsHeaders: Bool) -> CallResponse.Result {
    if let word = entry.headers.joined(failure) {
      return .failure(CallFailure(word, entry.headers.joined(detail) ?? ""))
    }
    let said: Int? = entry.headers.joined(status).flatMap { PeerNumber(digits: $0.utf8)?.within(100...599) }
    let status = said ?? entry.status
    let headers = keepsHeaders || status >= 400 ? entry.headers.filter { !isOwn($0) } : []
    return .response(status: status, headers: headers, body: Array(entry.body.readableBytesView))
  }

  static func control(of entry: CacheEntry) -> String? { entry.headers.joined(control) }
}

extension CallFailure {
  fileprivate var detail: String {
    switch self {
    case .connect(let detail), .invalid(let detail): detail
    case .circuitOpen(let seconds): String(seconds)
    case .timeout, .queue, .cancelled: ""
    }
  }

  /// A breaker's pause is shorter.
  private static let longestRetry = 24 * 3600

  fileprivate init(_ word: String, _ detail: String) {
    switch word {
    case "timeout": self = .timeout
    case "connect": self = .connect(detail)
    case "queue": self = .queue
    case "circuit-open":
      let seconds = PeerNumber(digits: detail.utf8)?.clamped(to: 1...Self.longestRetry)
      self = .circuitOpen(retryAfter: seconds ?? 1)
    case "cancelled": self = .cancelled
    default: self = .invalid(detail)
    }
  }
}

/// How a service misbehaves.
package struct Fault: Hashable, Sendable {
  /// The requests that it may affect; the others are answered as they should.
  package enum Target: String, CaseIterable, Sendable {
    case all, reads
    /// What changes something, but for what undoes it.
    case writes
    /// What undoes a write.
    case undoing
  }

  package enum Mode: String, CaseIterable, Sendable {
    /// As it should.
    case ok
    /// The right answer, `delay` later than usual. The work is done whether its client still waits or not.
    case slow
    /// `status` and a JSON error instead of the answer.
    case fail
    /// The request is taken and never answered; the connection stays open.
    case hang
    /// 200 and a body that says it is JSON and is not.
    case garbage
    /// The connection is reset without an answer.
    case reset
  }

  package var mode: Mode
  /// Milliseconds on top of the usual latency; 1000 where mode `slow` does not say.
  package var delay = 0
  /// For mode `fail`.
  package var status = 503
  /// The work is done first, and the service misbehaves then. Where it is false, what fails, hangs or is reset was not
  /// done, and what is slow is done late.
  package var isAfterWork = false
  package var target = Target.all
  /// The share of requests affected, above 0 and up to 1. 0.25 affects every fourth request, not a random quarter.
  package var rate = 1.0
  /// After so many affected requests the service is well again; `nil`: until told.
  package var times: Int?

  package init(_ mode: Mode) {
    self.mode = mode
    if mode == .slow { delay = 1000 }
  }

  package static let none = Fault(.ok)

  /// What a connection does in place of a plain answer.
  enum Effect: Sendable {
    case none, hang, reset
  }
}

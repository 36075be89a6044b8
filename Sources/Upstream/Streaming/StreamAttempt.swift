import Messages
import Resilience
import Transfers

/// *Confined to its loop's thread.* One transfer of a stream together with its lease: both end together, whichever way.
/// Kept alive by its transfer until that has ended.
final class StreamAttempt: StreamDelegate {
  private var lease: Lease?
  /// `nil` once it was abandoned: nobody listens any more.
  private var stream: UpstreamStream?
  private var transfer: StreamingTransfer?
  private var hasHead = false
  private let condition: AddressCondition

  init(stream: UpstreamStream, lease: consuming Lease, condition: AddressCondition) {
    self.condition = condition
    self.stream = stream
    self.lease = consume lease
  }

  func begin(_ request: StreamRequest, on loop: TransferLoop) {
    transfer = loop.stream(request, delegate: self)
  }

  var times: TransferTimes { transfer?.times ?? TransferTimes() }

  func resumeReceiving() { transfer?.resumeReceiving() }

  func resumeSending() { transfer?.resumeSending() }

  /// Gives it up: nothing is heard of it any more, and its lease has ended when this returns.
  func abandon() {
    stream = nil
    endLease(.none)
    transfer?.cancel()
    transfer = nil
  }

  func stream(_ transfer: StreamingTransfer, receivedHead status: Int, headers: HeaderBlock) {
    hasHead = true
    condition.note(status)
    if let stream { lease?.judge(Breaker.Verdict(status: status, failing: stream.course.backend.failing)) }
    stream?.receivedHead(status, headers)
  }

  func stream(_ transfer: StreamingTransfer, received bytes: UnsafeRawBufferPointer) -> Bool {
    stream?.received(bytes) ?? true
  }

  func stream(_ transfer: StreamingTransfer, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    stream?.pullBody(into: buffer) ?? .abort
  }

  func stream(_ transfer: StreamingTransfer, receivedTrailers trailers: HeaderBlock) {
    stream?.receivedTrailers(trailers)
  }

  func streamEnded(_ transfer: StreamingTransfer, _ result: Result<Void, TransferFailure>) {
    self.transfer = nil
    switch result {
    case .success: endLease(.none)
    case .failure(let failure):
      condition.note(failure)
      endLease(Breaker.Verdict(failure))
    }
    let listener = stream
    stream = nil
    listener?.attemptEnded(result.mapError(CallFailure.init), transfer.times, wasSent: transfer.wasBegun)
  }

  private func endLease(_ verdict: Breaker.Verdict) {
    lease.take()?.end(verdict)
  }
}

import Front
import Messages
import Transfers
import Upstream

// The backend's side; all of it on the transfer loop, most of it inside libcurl.
extension ProxyFlow: UpstreamStreamDelegate {
  func stream(_ stream: UpstreamStream, receivedHead status: Int, headers: HeaderBlock) {
    let trace = trace(stream, .success(()))
    change { $0.setHead(status, headers, trace) }
  }

  func stream(_ stream: UpstreamStream, received bytes: UnsafeRawBufferPointer) -> Bool {
    change { $0.add(bytes) }
  }

  func stream(_ stream: UpstreamStream, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    let (pull, wakes) = buffers.withLock { $0.upload.pull(into: buffer) }
    if saysContinue && pull == .wait { onFrontLoop { $0.exchange.askForBody() } }
    saysContinue = false
    if wakes { onFrontLoop { $0.exchange.resumeBody() } }
    return pull
  }

  func stream(_ stream: UpstreamStream, receivedTrailers trailers: HeaderBlock) {
    self.trailers = trailers
  }

  func streamEnded(_ stream: UpstreamStream, _ result: Result<Void, CallFailure>) {
    self.stream = nil
    let trace = trace(stream, result)
    change { $0.finish(result, trailers: trailers, trace) }
  }

  private func trace(_ stream: UpstreamStream, _ result: Result<Void, CallFailure>) -> CallTrace {
    var outcome = AttemptTrace.answered
    if case .failure(let failure) = result { outcome = failure.outcome }
    var trace = CallTrace(backend, backend: backend, outcome: outcome, began: began, ended: .now())
    trace.take(stream.attempts)
    trace.method = exchange.request.method
    trace.status = stream.attempts.kept.last?.status
    return trace
  }

  /// The front loop is told once for all that comes until it has looked: a short answer, head, body and end, is written
  /// at once.
  private func change<R>(_ body: (inout DownloadBuffer) -> R) -> R {
    let (result, isHopDue) = buffers.withLock { (body(&$0.download), $0.download.dueHop()) }
    if isHopDue { exchange.post(self) }
    return result
  }

  private func onFrontLoop(_ body: @escaping @Sendable (ProxyFlow) -> Void) {
    exchange.onLoop { body(self) }
  }
}

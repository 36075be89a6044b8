import Transfers
import Upstream

// The backend's side; all of it on the transfer loop, most of it inside libcurl.
extension ProxyFlow: UpstreamStreamDelegate {
  func stream(_ stream: UpstreamStream, receivedHead status: Int, headers: HeaderBlock) {
    buffers.withLock { $0.download.setHead(status, headers) }
    planHop()
  }

  func stream(_ stream: UpstreamStream, received bytes: UnsafeRawBufferPointer) -> Bool {
    let hasRoom = buffers.withLock { $0.download.add(bytes) }
    planHop()
    return hasRoom
  }

  func stream(_ stream: UpstreamStream, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    let (pull, wakes) = buffers.withLock { $0.upload.pull(into: buffer) }
    if saysContinue && pull == .wait { onFrontLoop { $0.exchange.connection.value.wantBody() } }
    saysContinue = false
    if wakes { onFrontLoop { $0.exchange.connection.value.resumeBody($0.exchange) } }
    return pull
  }

  func streamEnded(_ stream: UpstreamStream, _ result: Result<Void, UpstreamFailure>) {
    self.stream = nil
    buffers.withLock { $0.download.finish(result) }
    planHop()
  }

  /// One hop for all that this turn of the loop brings: a short answer, head, body and end, is written at once.
  private func planHop() {
    if isHopPlanned { return }
    isHopPlanned = true
    onTransferLoop { flow in
      flow.isHopPlanned = false
      if flow.buffers.withLock({ $0.download.dueHop() }) { flow.onFrontLoop { $0.hopArrived() } }
    }
  }

  private func onFrontLoop(_ body: @escaping @Sendable (ProxyFlow) -> Void) {
    exchange.eventLoop.execute { body(self) }
  }
}

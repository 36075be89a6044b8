import Front
import Messages
import NIOCore
import Transfers
import Upstream

// The client's side; all of it on the front loop.
extension ProxyFlow: ExchangeStream, LoopVisitor {
  package func received(_ bytes: ByteBuffer) -> Bool {
    let (wakes, hasRoom) = buffers.withLock { $0.upload.add(bytes) }
    if wakes { onTransferLoop { $0.stream?.resumeSending() } }
    return hasRoom
  }

  package func bodyEnded() {
    if buffers.withLock({ $0.upload.finish() }) { onTransferLoop { $0.stream?.resumeSending() } }
  }

  package func outputDrained() {
    takeBatch()
  }

  package func abandoned() {
    if isOver { return }
    isOver = true
    buffers.withLock {
      $0.isAbandoned = true
      $0.upload.abort()
    }
    onTransferLoop { $0.stream?.cancel() }
  }

  /// The transfer side has something. What the client can't take yet stays in the buffer, which slows the backend.
  package func visitLoop() {
    buffers.withLock { $0.download.hopArrived() }
    takeBatch()
  }

  private func takeBatch() {
    guard !isOver, !hasBegun || exchange.isReady else { return }
    let batch = buffers.withLock { $0.download.take() }
    if let trace = batch.trace { exchange.record.calls = [trace] }
    if let head = batch.head {
      begin(ProxyAnswer(status: head.status, headers: head.headers, rewriting), room: batch.bytes.readableBytes)
    }
    if !isOver && hasBegun { exchange.write(batch.bytes) }
    if !isOver, let result = batch.result { end(result, batch.trailers) }
    exchange.flush()
    if batch.wakes && !isOver { onTransferLoop { $0.stream?.resumeReceiving() } }
  }

  private func begin(_ answer: ProxyAnswer, room: Int) {
    hops = answer.hops
    hasBegun = exchange.begin(
      status: answer.status, answer, hasDate: answer.hasDate, length: answer.length, room: room)
  }

  private func end(_ result: Result<Void, CallFailure>, _ trailers: HeaderBlock?) {
    isOver = true
    switch result {
    case .success where hasBegun:
      exchange.end(trailers: trailers.map { TrailerFields($0, without: hops) })
    case .success: exchange.answer(Problem(502, detail: "the backend gave no answer").answer())
    case .failure(let failure):
      exchange.record.outcome = failure.outcome
      logger.debug("a proxied request failed", metadata: ["failure": "\(failure)"])
      if hasBegun { exchange.breakOff() } else { exchange.answer(Self.problem(failure).answer()) }
    }
  }

  /// Says what happened without the backend's words or address.
  private static func problem(_ failure: CallFailure) -> Problem {
    switch failure {
    case .timeout: Problem(504, detail: "the backend did not answer in time")
    case .connect: Problem(502, detail: "the backend could not be reached")
    case .invalid: Problem(502, detail: "the backend's answer was broken")
    case .queue: unavailable("the backend is busy", after: 1)
    case .circuitOpen(let seconds): unavailable("the backend is not called for now", after: seconds)
    case .cancelled: unavailable("the gateway is shutting down", after: 1)
    }
  }

  private static func unavailable(_ detail: String, after seconds: Int) -> Problem {
    Problem(503, detail: detail, headers: [HeaderField("Retry-After", "\(seconds)")])
  }
}

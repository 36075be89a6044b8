import CCurl
import Messages
import Reactor
import Timing

/// *Confined to its loop.* A transfer whose bytes go through a delegate, which it holds until it has ended.
package final class StreamingTransfer: @unchecked Sendable {  // guarded by the loop's thread
  let loop: TransferLoop
  let request: StreamRequest
  unowned(unsafe) var handle: EasyHandle?
  var timer: TimerToken?
  package internal(set) var wasBegun = false
  package internal(set) var times = TransferTimes()
  var connecting: Connecting?
  private var delegate: (any StreamDelegate)?

  /// The bytes of a body of known length that are still to be sent.
  private var bodyLeft: Int
  private var bodyBegan = false
  private var isBodySent: Bool
  private var received = 0
  private var hasHead = false

  /// The delegate wants no more for now.
  private var isReceivingPaused = false
  /// curl was told so, and holds a piece.
  private var isReceivingHeld = false
  private var isSendingHeld = false

  /// Why a callback or the owner broke the transfer off.
  private(set) var failure: TransferFailure?
  /// A method was called inside curl and has yet to take effect.
  private var isDeferred = false
  private var lastActivity = Instant.now()

  init(loop: TransferLoop, request: StreamRequest, delegate: any StreamDelegate) {
    self.loop = loop
    self.request = request
    self.delegate = delegate
    switch request.bodyLength {
    case .none: bodyLeft = 0
    case .known(let length): bodyLeft = length
    case .unknown: bodyLeft = .max
    }
    isBodySent = bodyLeft == 0 || request.method == "HEAD"
  }

  /// The delegate can take more. Nothing happens where it was not paused, or after the end.
  package func resumeReceiving() {
    isReceivingPaused = false
    if isReceivingHeld { changePauses() }
  }

  /// The delegate has more of the body. Nothing happens where it was not asked in vain, or after the end.
  package func resumeSending() {
    guard isSendingHeld else { return }
    isSendingHeld = false
    changePauses()
  }

  /// Breaks the transfer off; the delegate hears of it as of any end. Nothing happens after the end.
  package func cancel() {
    failure = failure ?? .cancelled
    guard isUnderWay else { return }
    if loop.isInsideCurl { deferEffect() } else { loop.end(self, .cancelled) }
  }

  private func changePauses() {
    guard handle != nil else { return }
    if loop.isInsideCurl { deferEffect() } else { applyPauses() }
  }

  private func deferEffect() {
    guard !isDeferred else { return }
    isDeferred = true
    loop.deferred.append(self)
  }

  /// Outside of curl: does what was asked for inside.
  func takeEffect() {
    isDeferred = false
    guard isUnderWay else { return }
    if let failure { loop.end(self, failure) } else { applyPauses() }
  }

  /// Tells curl what is paused. A piece that it held is delivered before this returns, and may be refused again.
  private func applyPauses() {
    guard let handle else { return }
    lastActivity = Instant.now()
    isReceivingHeld = isReceivingHeld && isReceivingPaused
    if let scripted = handle.scripted { return scripted.goOn() }
    let mask = (isReceivingHeld ? CURLPAUSE_RECV : 0) | (isSendingHeld ? CURLPAUSE_SEND : 0)
    let code = loop.enterCurl { _ in curl_easy_pause(handle.pointer, mask) }
    if let code, code != CURLE_OK { loop.end(self, failure ?? handle.failure(code)) }
  }

  private func bodySent() {
    isBodySent = true
    lastActivity = Instant.now()
    armTimer()
  }

  private func result(_ code: CURLcode, by handle: EasyHandle) -> Result<Void, TransferFailure> {
    if let failure { return .failure(failure) }
    if code == CURLE_OK {
      return hasHead ? .success(()) : .failure(.invalid("no final answer, only status \(handle.head.status)"))
    }
    return handle.hasWholeResponse(despite: code) ? .success(()) : .failure(handle.failure(code))
  }

  private func finish(_ result: Result<Void, TransferFailure>) {
    guard let delegate else { return }
    self.delegate = nil
    delegate.streamEnded(self, result)
  }

  /// The head's time runs once the request is sent; else what counts is the last byte.
  var timeLimit: Instant {
    lastActivity.advanced(by: isBodySent && !hasHead ? request.headTimeout : request.idleTimeout)
  }

  /// One timer, set again only when it has fired or the rule changes, not with every byte.
  func armTimer() {
    if let timer { loop.reactor.cancel(timer) }
    timer = loop.reactor.schedule(at: timeLimit, self)
  }
}

extension StreamingTransfer: Transfer {
  var origin: Origin { request.origin }

  var scriptedRequest: ScriptedRequest {
    ScriptedRequest(
      origin: request.origin, method: request.method, target: request.target,
      headers: request.headers + (request.commonHeaders?.fields ?? []))
  }

  func prepare(_ handle: EasyHandle, for destination: Destination) -> TransferFailure? {
    handle.setBuffer(streams: true)
    switch request.bodyLength {
    case _ where request.method == "HEAD": handle.setMethod("HEAD", body: nil)
    case .none: handle.setMethod(request.method, body: nil)
    case .known(0): handle.setMethod(request.method, body: [])
    case .known(let length): handle.setUpload(request.method, length: length)
    case .unknown: handle.setUpload(request.method, length: -1)
    }
    return handle.prepare(
      origin: request.origin, destination, target: request.target, headers: request.headers,
      common: request.commonHeaders, shared: .none, decodes: false, keepsHeaders: true)
  }

  var isRepeatable: Bool {
    !bodyBegan && SafeMethod.contains(request.method)
  }

  func receivedLine(_ line: UnsafeRawBufferPointer, _ head: inout ResponseHead) -> Bool {
    // Interim responses don't lengthen the time to the final one's head.
    if hasHead || !isBodySent { lastActivity = Instant.now() }
    switch head.append(line) {
    case .more:
      return true
    case .refused:
      failure = .invalid(head.refusal)
      return false
    case .complete:
      hasHead = true
      lastActivity = Instant.now()
      armTimer()
      delegate?.stream(self, receivedHead: head.status, headers: HeaderBlock(bytes: head.bytes))
      return failure == nil
    }
  }

  func holdsBack() -> Bool {
    if isReceivingPaused { isReceivingHeld = true }
    return isReceivingPaused
  }

  var isHeldBack: Bool { isReceivingHeld }

  func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    lastActivity = Instant.now()
    received += bytes.count
    if delegate?.stream(self, received: bytes) == false { isReceivingPaused = true }
    return failure == nil
  }

  func pullBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard !isBodySent, let delegate else { return 0 }
    bodyBegan = true
    let space = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, bodyLeft)])
    let pull = delegate.stream(self, wantsBodyInto: space)
    guard failure == nil else { return Int(CURL_READFUNC_ABORT) }
    switch pull {
    case .bytes(0), .wait:
      isSendingHeld = true
      return Int(CURL_READFUNC_PAUSE)
    case .bytes(let count):
      precondition(count > 0 && count <= space.count, "more bytes than the buffer holds")
      lastActivity = Instant.now()
      if request.bodyLength != .unknown {
        bodyLeft -= count
        if bodyLeft == 0 { bodySent() }
      }
      return count
    case .end where request.bodyLength == .unknown:
      bodySent()
      return 0
    case .end, .abort:
      failure = .cancelled
      return Int(CURL_READFUNC_ABORT)
    }
  }

  func ended(_ code: CURLcode, by handle: EasyHandle) {
    handle.lastStreamed = received
    let result = result(code, by: handle)
    if case .success = result, !handle.body.trailers.isEmpty {
      delegate?.stream(self, receivedTrailers: HeaderBlock(bytes: handle.body.trailers))
    }
    finish(result)
  }

  /// Ends it in turn, not from here: the caller may be the delegate.
  func failed(_ failure: TransferFailure) {
    loop.reactor.execute { self.finish(.failure(failure)) }
  }

  package func timerFired() {
    timer = nil
    guard isUnderWay else { return }
    if timeLimit <= Instant.now() { loop.end(self, .timeout) } else { armTimer() }
  }

  package func timerDropped() {
    timer = nil
  }
}

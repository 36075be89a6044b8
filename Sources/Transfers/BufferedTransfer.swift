import CCurl
import Messages
import Reactor
import Timing

/// *Confined to its loop.* A transfer whose response is gathered in memory. `TransferLoop.perform` is the same for a
/// task that waits.
package final class BufferedTransfer: @unchecked Sendable {  // guarded by the loop's thread
  package typealias Completion = (Result<TransferResponse, TransferFailure>) -> Void

  /// Reserved at once for a body of known length; a longer one grows as it comes.
  private static let reservedAtOnce = 1024 * 1024

  let loop: TransferLoop
  let request: TransferRequest
  unowned(unsafe) var handle: EasyHandle?
  var timer: TimerToken?
  package internal(set) var wasBegun = false
  package internal(set) var times = TransferTimes()
  /// The status of the final head, once that has come whole, whatever becomes of the body.
  package private(set) var answeredStatus: Int?
  var connecting: Connecting?
  private var body: [UInt8] = []
  /// The decoder of a body that is packed.
  private var decoder: BodyDecoder?
  private var isTooLarge = false
  /// Why its body can't be read; nothing is wrong as long as there is none.
  private var unreadable: String?
  private var bodyFault: String?
  /// Bytes of a body that can't be read.
  private var dropped = 0
  /// Why a callback broke the transfer off, where it was not for its length.
  private var refusal: String?
  /// Asked for, perhaps before it began.
  private(set) var isCancelled = false
  /// Taken by whoever ends it, so it is called once.
  var completion: Completion?

  /// `completion` is called once, on the loop's thread and outside of libcurl, perhaps before `begin` returns.
  package init(loop: TransferLoop, request: consuming TransferRequest, completion: Completion? = nil) {
    self.loop = loop
    self.request = request
    self.completion = completion
  }

  /// Begins it, on the loop's thread and outside of libcurl.
  package func begin() {
    guard loop.multi != nil, !isCancelled else { return failed(.cancelled) }
    let now = Instant.now()
    guard request.deadline > now else { return failed(.timeout) }
    if request.deadline != .distantFuture { timer = loop.reactor.schedule(at: request.deadline, self) }
    loop.start(self, at: now)
  }

  /// Gives it up, on the loop's thread and outside of libcurl. Removes it at once, and with it its connection where
  /// that is not shared; it ends as cancelled. Nothing happens after the end.
  package func cancel() {
    isCancelled = true
    loop.end(self, .cancelled)
  }

  private func finish(_ result: Result<TransferResponse, TransferFailure>) {
    let completion = self.completion
    self.completion = nil
    completion?(result)
  }
}

extension BufferedTransfer: Transfer {
  var origin: Origin { request.origin }

  var timeLimit: Instant { request.deadline }

  var scriptedRequest: ScriptedRequest {
    ScriptedRequest(
      origin: request.origin, method: request.method, target: request.target,
      headers: request.headers + (request.commonHeaders?.fields ?? []) + request.staticHeaders.fields,
      body: request.body ?? [])
  }

  func prepare(_ handle: EasyHandle, for destination: Destination) -> TransferFailure? {
    handle.setBuffer(streams: false)
    handle.setMethod(request.method, body: request.body)
    return handle.prepare(
      origin: request.origin, destination, target: request.target, headers: request.headers,
      common: request.commonHeaders, shared: request.staticHeaders, decodes: request.acceptsCompression,
      keepsHeaders: request.keepsHeaders)
  }

  var isRepeatable: Bool {
    request.onlyReads || SafeMethod.contains(request.method)
  }

  func receivedLine(_ line: UnsafeRawBufferPointer, _ head: inout ResponseHead) -> Bool {
    switch head.append(line) {
    case .more: return true
    case .complete:
      answeredStatus = head.status
      return expect(head.body.codings)
    case .refused: return refuse(head.refusal)
    }
  }

  private func refuse(_ reason: String) -> Bool {
    refusal = reason
    return false
  }

  /// Prepares for codings; false where the body can't be read.
  private func expect(_ codings: ContentCodings) -> Bool {
    guard request.acceptsCompression else { return true }
    unreadable = codings.refusal
    if codings.applied.isEmpty || unreadable != nil { return true }
    decoder = BodyDecoder(codings.applied, limit: request.maxResponseBytes)
    return decoder != nil || refuse("out of memory")
  }

  func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let unreadable {
      bodyFault = unreadable
      return drop(bytes.count)
    }
    switch decoder?.decode(bytes, into: &body) {
    case nil: return append(bytes)
    case .more: return true
    case .tooLarge:
      isTooLarge = true
      return false
    case .broken:
      unreadable = "the body is not in its content coding, or damaged"
      bodyFault = unreadable
      body = []
      return drop(bytes.count)
    }
  }

  /// The response is read to its end for the sake of the connection, as far as it would be if it could be read.
  private func drop(_ count: Int) -> Bool {
    dropped += count
    isTooLarge = dropped > request.maxResponseBytes
    return !isTooLarge
  }

  private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if body.isEmpty, let length = handle?.contentLength, length > bytes.count {
      if length > request.maxResponseBytes {
        isTooLarge = true
        return false
      }
      body.reserveCapacity(min(length, request.maxResponseBytes, Self.reservedAtOnce))
    }
    guard bytes.count <= request.maxResponseBytes - body.count else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  func ended(_ code: CURLcode, by handle: EasyHandle) {
    if isTooLarge {
      finish(.failure(.tooLarge))
    } else if let refusal {
      finish(.failure(.invalid(refusal)))
    } else if code != CURLE_OK, !handle.hasWholeResponse(despite: code) {
      finish(.failure(handle.failure(code)))
    } else if !handle.head.isComplete {
      finish(.failure(.invalid("no final answer, only status \(handle.head.status)")))
    } else {
      answered(handle.head)
    }
  }

  private func answered(_ head: ResponseHead) {
    if decoder?.isTruncated == true, bodyFault == nil { bodyFault = "the compressed body breaks off" }
    // Of a failure, the status tells more than a body that can't be read.
    if let bodyFault, head.status < 400 { return finish(.failure(.invalid(bodyFault))) }
    var response = TransferResponse(
      status: head.status, headers: HeaderBlock(bytes: head.bytes), body: bodyFault == nil ? body : [])
    response.bodyFault = bodyFault
    finish(.success(response))
  }

  func failed(_ failure: TransferFailure) {
    finish(.failure(failure))
  }

  func pullBody(into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }

  package func timerFired() {
    timer = nil
    loop.end(self, .timeout)
  }

  package func timerDropped() {
    timer = nil
  }
}

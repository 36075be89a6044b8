import CCurl
import Reactor

/// *Confined to its loop.* A transfer whose answer is gathered in memory, for a task that waits for it.
final class BufferedTransfer: Transfer, @unchecked Sendable {  // guarded by the loop's thread
  /// Reserved at once for a body of known length; a longer one grows as it comes.
  private static let reservedAtOnce = 1024 * 1024

  let request: TransferRequest
  private var body: [UInt8] = []
  private var isTooLarge = false
  /// Asked for before it began.
  private(set) var isCancelled = false
  /// Taken by whoever ends it, so it is resumed once.
  var continuation: UnsafeContinuation<Result<TransferResponse, TransferFailure>, Never>?

  init(loop: TransferLoop, request: consuming TransferRequest) {
    self.request = request
    super.init(loop: loop)
  }

  override var isRepeatable: Bool {
    switch request.method {
    case "GET", "HEAD", "OPTIONS", "TRACE": true
    default: false
    }
  }

  override func receivedLine(_ line: UnsafeRawBufferPointer, _ head: inout ResponseHead) -> Bool {
    switch head.append(line) {
    case .more, .complete: true
    case .refused: false
    }
  }

  override func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    if body.isEmpty, let length = handle?.contentLength, length > bytes.count {
      if length > request.maxResponseBytes, !request.acceptsCompression {
        isTooLarge = true
        return 0
      }
      body.reserveCapacity(min(length, request.maxResponseBytes, Self.reservedAtOnce))
    }
    guard bytes.count <= request.maxResponseBytes - body.count else {
      isTooLarge = true
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  override func ended(_ code: CURLcode, by handle: EasyHandle) {
    if isTooLarge {
      finish(.failure(.tooLarge))
    } else if code != CURLE_OK {
      finish(.failure(handle.failure(code)))
    } else if !handle.head.isComplete {
      finish(.failure(.invalid("no final answer, only status \(handle.head.status)")))
    } else {
      let headers = HeaderBlock(bytes: handle.head.bytes)
      finish(.success(TransferResponse(status: handle.head.status, headers: headers, body: body)))
    }
  }

  override func failed(_ failure: TransferFailure) {
    finish(.failure(failure))
  }

  func cancel() {
    isCancelled = true
    loop.end(self, .cancelled)
  }

  private func finish(_ result: Result<TransferResponse, TransferFailure>) {
    continuation?.resume(returning: result)
    continuation = nil
  }
}

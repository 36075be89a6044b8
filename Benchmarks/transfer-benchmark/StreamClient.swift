import Transfers

/// *Confined to its loop.* One stream after another; counts those whose answer was whole.
final class StreamClient: StreamDelegate {
  private let loop: TransferLoop
  private let origin: Origin
  private let done: (Int) -> Void
  private var left: Int
  private var good = 0

  init(_ loop: TransferLoop, _ origin: Origin, _ count: Int, _ done: @escaping (Int) -> Void) {
    self.loop = loop
    self.origin = origin
    self.done = done
    left = count
  }

  func next() {
    guard left > 0 else { return done(good) }
    left -= 1
    _ = loop.stream(StreamRequest(origin: origin, target: "/users/42"), delegate: self)
  }

  func stream(_ stream: StreamingTransfer, receivedHead status: Int, headers: HeaderBlock) {}

  func stream(_ stream: StreamingTransfer, received bytes: UnsafeRawBufferPointer) -> Bool { true }

  func stream(_ stream: StreamingTransfer, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull { .end }

  func stream(_ stream: StreamingTransfer, receivedTrailers trailers: HeaderBlock) {}

  func streamEnded(_ stream: StreamingTransfer, _ result: Result<Void, TransferFailure>) {
    if case .success = result { good += 1 }
    next()
  }
}

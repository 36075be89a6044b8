import Front
import NIOCore

// The body of the request: to whoever takes it, and the window for what it may be held back by.
extension HTTP2Stream {
  /// What may be handed on at once of what was held.
  private static let maxPieceBytes = 16 * 1024

  func receive(_ bytes: ByteBuffer, isLast: Bool) {
    guard input == .body else { return }
    if let announced {
      guard bytes.readableBytes <= announced else { return connection.resetMalformed(id) }
      self.announced = announced - bytes.readableBytes
    }
    if bytes.readableBytes > 0 {
      owesContinue = false
      watch.receivedBody(bytes.readableBytes)
      if isPaused {
        inbound.writeImmutableBuffer(bytes)
        hold(bytes.readableBytes)
      } else {
        deliver(bytes)
      }
    }
    if isLast { inputEnded() } else { awaitBody() }
  }

  /// The request is whole; trailers of requests are dropped.
  func inputEnded() {
    guard input == .body else { return }
    if let announced, announced > 0 { return connection.resetMalformed(id) }
    input = .complete
    watch.endBody()
    if inbound.readableBytes > 0 { isEndHeld = true } else { exchange?.bodyEnded() }
  }

  func awaitBody() {
    guard input == .body, !isPaused, droppable > 0, answer != .finished else { return }
    watch.awaitBody(after: loop.settings.timeouts.body, isAsked: !owesContinue)
  }

  /// So many bytes wait for who takes them, or do so no longer (less than none).
  private func hold(_ count: Int) {
    let beyond = window.hold(count)
    if beyond != 0 { connection.hold(beyond) }
  }

  private func deliver(_ bytes: ByteBuffer) {
    switch exchange?.receive(bytes) ?? .dropped {
    case .taken: return
    case .full:
      enough += bytes.readableBytes
      hold(bytes.readableBytes)
      isPaused = true
      if input == .body { watch.pauseBody() }
    case .dropped: droppable -= bytes.readableBytes
    case .tooLarge(let fault): refuse(fault)
    }
  }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    hold(-enough)
    enough = 0
    while !isPaused, let piece = inbound.readSlice(length: min(inbound.readableBytes, Self.maxPieceBytes)),
      piece.readableBytes > 0
    {
      deliver(piece)
      if isClosed { return }
      hold(-piece.readableBytes)
    }
    if inbound.readableBytes == 0 { inbound = ByteBuffer() }
    if isEndHeld && inbound.readableBytes == 0 {
      isEndHeld = false
      exchange?.bodyEnded()
    }
    awaitBody()
    giveWindow()
    connection.flush()
  }

  /// Of a stream that is gone; what was held of it is as good as taken.
  func dropInbound() {
    hold(-window.held)
    enough = 0
    inbound = ByteBuffer()
  }

  /// The client has used some of its window.
  func windowChanged(_ left: Int) {
    window.set(left: left)
    giveWindow()
  }

  /// A body that nobody wants gets no more.
  private func giveWindow() {
    guard input == .body, droppable > 0, !isClosed, let bytes = window.grant() else { return }
    connection.write(id, .windowUpdate(windowSizeIncrement: bytes))
  }
}

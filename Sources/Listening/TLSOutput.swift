import NIOCore

/// Stands before TLS on a connection's way out, and passes on no more than a little before each flush. *Confined to its
/// event loop.* NIOSSL puts all of a flush into one buffer, and keeps that as long as the connection lives: the largest
/// answer would be held by each connection that ever got one.
final class TLSOutput: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Three full records: with what TLS adds, they take a buffer of 64 KiB.
  static let most = 3 * 16 * 1024

  private var queue = CircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>()
  /// Bytes passed on since the last flush.
  private var passed = 0
  private var isFlushing = false
  private var isAsked = false
  /// Waits for what was flushed before it.
  private var closing: (mode: CloseMode, promise: EventLoopPromise<Void>?)?

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let bytes = unwrapOutboundIn(data)
    guard !isFlushing, queue.isEmpty, passed + bytes.readableBytes <= Self.most else {
      return queue.append((bytes, promise))
    }
    passed += bytes.readableBytes
    context.write(data, promise: promise)
  }

  /// What is written, flushed or closed meanwhile, as the client has taken something, comes behind what is here.
  func flush(context: ChannelHandlerContext) {
    isAsked = true
    if isFlushing { return }
    isFlushing = true
    while isAsked {
      isAsked = false
      repeat {
        fill(context)
        passed = 0
        context.flush()
      } while !queue.isEmpty
    }
    isFlushing = false
    guard let closing else { return }
    self.closing = nil
    context.close(mode: closing.mode, promise: closing.promise)
  }

  private func fill(_ context: ChannelHandlerContext) {
    while passed < Self.most, let first = queue.first {
      var bytes = first.bytes
      if let piece = bytes.readSlice(length: min(bytes.readableBytes, Self.most - passed)) {
        passed += piece.readableBytes
        let isLast = bytes.readableBytes == 0
        context.write(wrapOutboundOut(piece), promise: isLast ? first.promise : nil)
      }
      if bytes.readableBytes == 0 { queue.removeFirst() } else { queue[queue.startIndex].bytes = bytes }
    }
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard isFlushing, closing == nil else { return context.close(mode: mode, promise: promise) }
    closing = (mode, promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    let left = queue
    queue.removeAll()
    for (_, promise) in left { promise?.fail(ChannelError.ioOnClosedChannel) }
  }
}

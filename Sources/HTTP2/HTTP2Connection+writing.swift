import NIOCore
import NIOHTTP2

// What goes to the client, and what of it has not been taken yet.
extension HTTP2Connection {
  func write(_ id: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload) {
    context?.write(wrapOutboundOut(HTTP2Frame(streamID: id, payload: payload)), promise: nil)
  }

  /// Bytes of a body: they may have to wait for a window or the socket.
  func wrote(_ bytes: Int) {
    pending += bytes
    written += bytes
  }

  /// Nobody waits for them any more.
  func dropped(_ bytes: Int) { pending -= bytes }

  /// A frame goes to the socket.
  package func wroteFrame(_ frame: HTTP2Frame) {
    switch frame.payload {
    case .data(let piece):
      guard let stream = streams[frame.streamID] else { return }
      pending -= piece.data.readableBytes
      if stream.passed(piece.data.readableBytes) { progressed.append(stream) }
    case .goAway(_, let code, _): if code != .noError { hasFailed = true }
    default: return
    }
  }

  /// What is written goes out, with all else that is written in this turn of the loop.
  func flush() {
    if isFlushDue { return }
    isFlushDue = true
    if !isReading { loop.eventLoop.assumeIsolated().execute { self.flushDue() } }
  }

  func flushDue() {
    if isFlushDue {
      isFlushDue = false
      context?.flush()
    }
    settle()
  }

  /// Tells those who wait for it of what has gone out, and the server of what has not.
  func settle() {
    if !progressed.isEmpty {
      let streams = progressed
      progressed.removeAll()
      for stream in streams { stream.drained() }
    }
    if isBehind || isCountedUntaken { count() }
  }

  private var isBehind: Bool { pending > 0 || context?.channel.isWritable == false }

  /// The server is told how much waits for the client. As one client can have many answers wait, one alone can be what
  /// is too much.
  func count() {
    if isBehind {
      isCountedUntaken = true
      let waiting = pending + unsent
      loop.load.untaken.update(self, loop, pending: waiting, taken: written - waiting)
      if waiting > loop.settings.limits.untakenBytes { loop.eventLoop.assumeIsolated().execute { self.cutOff() } }
    } else if isCountedUntaken {
      isCountedUntaken = false
      loop.load.untaken.remove(self, loop)
    }
  }

  /// Bytes that the socket does not take.
  private var unsent: Int {
    guard let options = context?.channel.syncOptions else { return 0 }
    return (try? options.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
  }
}

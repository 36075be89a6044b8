import Front
import NIOCore

// What the client has not taken yet.
extension HTTP1Connection {
  func flush(_ context: ChannelHandlerContext) {
    context.flush()
    // A small answer has given its place back already, and what streams waits for the client.
    guard untaken != nil else { return }
    if isBehind { countUntaken(pendingBytes(context)) } else { leaveUntaken() }
  }

  /// No more than a little of the last answer waits for the client: its place is free.
  func leaveUntaken() {
    untaken?.leave()
    untaken = nil
  }

  /// More waits for the client than the next answer, or piece, should be put behind.
  var isBehind: Bool { context?.channel.isWritable == false || output.readableBytes > FrontLoop.maxOutputBytes }

  func pendingBytes(_ context: ChannelHandlerContext) -> Int {
    guard let options = context.channel.syncOptions,
      let bytes = try? options.getOption(ChannelOptions.bufferedWritableBytes)
    else { return 0 }
    return bytes
  }

  /// - Parameter pending: bytes that wait for the client.
  func countUntaken(_ pending: Int) {
    if pending > 0 {
      isCountedUntaken = true
      loop.load.untaken.update(self, loop, pending: pending, taken: watch.written - pending)
    } else if isCountedUntaken {
      isCountedUntaken = false
      loop.load.untaken.remove(self, loop)
    }
  }

  /// Too much waits for all clients together, and this one takes it most slowly.
  package func cutOff() {
    loop.tellCutOff()
    context?.resetOnClose()
    abort()
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable else { return }
    leaveUntaken()
    if isCountedUntaken { countUntaken(pendingBytes(context)) }
    exchange?.stream?.outputDrained()
    if state.input == .head { advance() }
  }
}

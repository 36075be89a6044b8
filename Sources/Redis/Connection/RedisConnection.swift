import NIOCore

/// *Confined to its event loop.* One connection: commands out, replies in, in order.
///
/// A command whose time is over gets its failure at once; its place is kept, so that the replies behind it still go to
/// the right ones, and a server that was only slow for a moment does not cost the connection. If the oldest command
/// stays unanswered for `hangTimeout`, the connection is given up.
final class RedisConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private struct Waiting {
    var sent: NIODeadline
    var deadline: NIODeadline
    /// `nil` once it was told that its time is over.
    var completion: RedisCompletion?
  }

  private let hangTimeout: TimeAmount
  private let mostInFlight: Int
  private let parser = ReplyParser()
  private var waiting = CircularBuffer<Waiting>()
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  private var timerDeadline = NIODeadline.distantFuture
  private var needsFlush = false
  private var isClosed = false

  /// Takes what comes without being asked for (published messages); true where it was that.
  var onPush: ((RedisReply) -> Bool)?
  /// Called once, when the connection has ended and all its commands have been told.
  var onClose: (() -> Void)?

  init(hangTimeout: TimeAmount, mostInFlight: Int) {
    self.hangTimeout = hangTimeout
    self.mostInFlight = mostInFlight
  }

  var isOpen: Bool { context != nil && !isClosed }

  /// `completion` is called on the event loop, exactly once, and never from within this call but where nothing was
  /// sent.
  func send(_ command: ByteBuffer, within budget: TimeAmount, _ completion: @escaping RedisCompletion) {
    guard let context, !isClosed else { return completion(.failure(.unavailable)) }
    // Both bounds are for a server that does not read: of commands, and of their bytes.
    guard waiting.count < mostInFlight, context.channel.isWritable else { return completion(.failure(.busy)) }
    let now = NIODeadline.now()
    let deadline = now + budget
    waiting.append(Waiting(sent: now, deadline: deadline, completion: completion))
    context.write(wrapOutboundOut(command), promise: nil)
    if !needsFlush {
      // Once per turn of the loop, so that commands of many requests share one write.
      needsFlush = true
      context.eventLoop.assumeIsolated().execute { self.flush() }
    }
    arm(deadline)
  }

  /// Ends the connection; commands on their way fail as `closed`.
  func close() {
    context?.close(promise: nil)
  }

  private func flush() {
    needsFlush = false
    context?.flush()
  }

  // MARK: Deadlines

  /// Sets the one timer of all commands, which mostly finds them answered.
  private func arm(_ deadline: NIODeadline) {
    guard let context, deadline < timerDeadline else { return }
    timer?.cancel()
    timerDeadline = deadline
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
  }

  private func timerFired() {
    timer = nil
    timerDeadline = .distantFuture
    let now = NIODeadline.now()
    if let oldest = waiting.first, oldest.sent + hangTimeout <= now { return close() }
    var overdue: [RedisCompletion] = []
    var next = NIODeadline.distantFuture
    for index in waiting.indices {
      if let completion = waiting[index].completion {
        if waiting[index].deadline <= now {
          overdue.append(completion)
          waiting[index].completion = nil
        } else {
          next = min(next, waiting[index].deadline)
        }
      }
    }
    if let oldest = waiting.first { next = min(next, oldest.sent + hangTimeout) }
    if next < .distantFuture { arm(next) }
    for completion in overdue { completion(.failure(.timeout)) }
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    parser.feed(unwrapInboundIn(data))
    while !isClosed {
      switch parser.next() {
      case .incomplete: return
      case .broken: return close()
      case .reply(let reply): receive(reply)
      }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func receive(_ reply: RedisReply) {
    if let onPush, onPush(reply) { return }
    // More replies than commands: whatever it is, it is not in step with us.
    guard let first = waiting.popFirst() else { return close() }
    first.completion?(RedisConnection.result(reply))
  }

  private static func result(_ reply: RedisReply) -> RedisResult {
    if case .error(let line) = reply { .failure(.refused(line)) } else { .success(reply) }
  }

  private func end() {
    guard !isClosed else { return }
    isClosed = true
    context = nil
    timer?.cancel()
    let left = waiting
    waiting.removeAll()
    for one in left { one.completion?(.failure(.closed)) }
    onClose?()
    onClose = nil
    onPush = nil
  }
}

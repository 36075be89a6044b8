import JMESPath
import Locking
import Messages
import NIOCore

/// *Guarded by a mutex* where it is answered or abandoned, which any thread may do. All else is *confined to its front
/// loop*; what others may read (`request`, `loopIndex`) has its last value when the work of the route begins. Hence
/// `@unchecked Sendable`. One request and its one answer, whatever protocol they come and go by.
///
///     begin ─> route ─> stages ─> work ─> answer ────────────> stages ─> sink ─> taken
///                          └─ answer ──────┘  or begin, write, end ──┘
package final class Exchange: @unchecked Sendable {
  private enum State {
    case open
    case watched(@Sendable () -> Void)
    case answered
    case abandoned
  }

  package let request: IncomingRequest
  /// What is told of it in the end.
  package var record: RequestRecord
  /// What the client's request is answered by; `nil` before it is known, and where no route has its path.
  package internal(set) var route: Route?
  /// What is done to the answer by itself: the route's, or the site's where it has none. `nil`: nothing.
  var rules: AnswerRules?
  /// The next of the route's stages.
  var nextStage = 0
  /// The answer's body goes through these, the first one first.
  var filters: [any BodyFilter] = []
  /// What the route's stages did to the head of an answer that is given in pieces: trailers are held to it, too.
  package internal(set) var changes = FieldChanges()
  var place = Place.none
  var intake = Intake.dropped
  var isBodyHere: Bool
  /// Of a body that is streamed, in bytes; `nil`: none.
  var bodyLimit: Int?
  /// Bytes of it that have come.
  var streamedBytes = 0
  /// Who is told of the pieces of the body, and of the client's taking those of the answer.
  package var stream: (any ExchangeStream)?

  /// What the limits of the request have said so far: theirs, from one stage to the next and to the answer.
  package var limits: (any Sendable)?

  /// The work goes on where the client leaves before the answer, and calls `concluded` then.
  package var outlivesClient = false

  /// Who keeps the answer for requests like this one; set before the work begins, and never changed after.
  package var keeper: (any AnswerKeeper)?

  let loop: FrontLoop
  let sink: any AnswerSink
  private let state = Locked(State.open)

  /// The steps that all expressions of one request may take on the front loop, which others wait for: some milliseconds.
  private static let mostSteps = 50_000
  /// `nil` before the first of them.
  private var budget: StepBudget?

  /// - Parameter isBodyHere: the request's body, if any, has come with its head.
  package init(_ request: IncomingRequest, sink: any AnswerSink, loop: FrontLoop, isBodyHere: Bool) {
    self.request = request
    self.sink = sink
    self.loop = loop
    self.isBodyHere = isBodyHere
    record = RequestRecord()
  }

  /// The steps that expressions may take on the front loop: policies and the work share them, so that many policies take no
  /// longer than one. On the front loop.
  package var steps: StepBudget {
    if let budget { return budget }
    let made = StepBudget(Self.mostSteps)
    budget = made
    return made
  }

  /// Those of `steps` that nothing has taken yet. On the front loop.
  package var stepsLeft: Int { budget?.left ?? Self.mostSteps }

  /// Of the front loop among its server's; its partner among the transfer loops has the same.
  package var loopIndex: Int { loop.index }

  /// Runs `body` on the front loop; at once where this is it.
  package func onLoop(_ body: @escaping @Sendable () -> Void) {
    if loop.eventLoop.inEventLoop { body() } else { loop.eventLoop.execute(body) }
  }

  /// Runs `body` on the front loop, and not before this returns.
  package func soonOnLoop(_ body: @escaping @Sendable () -> Void) { loop.eventLoop.execute(body) }

  /// Runs `body` on the front loop after a time, which ends with the loop. On the front loop.
  package func onLoop(after time: TimeAmount, _ body: @escaping @Sendable () -> Void) {
    loop.eventLoop.scheduleTask(in: time, body)
  }

  /// Has the front loop call `visitor` soon, together with what else there is for it. Any thread.
  package func post(_ visitor: some LoopVisitor) {
    loop.mailbox.post(.visit(visitor))
  }

  /// Calls `body` once, on the front loop, if the client leaves before it was answered; at once where it already has.
  /// A later call replaces the earlier one's. Any thread.
  package func onAbandoned(_ body: @escaping @Sendable () -> Void) {
    let isAbandoned = state.withLock { state in
      switch state {
      case .open, .watched:
        state = .watched(body)
        return false
      case .answered: return false
      case .abandoned: return true
      }
    }
    if isAbandoned { body() }
  }

  /// No answer is wanted any more: the client left, or its time is up. On the front loop, by the sink.
  package func abandon() {
    let watcher: (@Sendable () -> Void)? = state.withLock { state in
      defer {
        switch state {
        case .open, .watched: state = .abandoned
        case .answered, .abandoned: break
        }
      }
      if case .watched(let body) = state { return body }
      return nil
    }
    watcher?()
    filters = []
    if !outlivesClient { keeper?.clientLeft() }
    let stream = stream
    self.stream = nil
    stream?.abandoned()
  }

  /// Not answered yet, and the client is there. Any thread.
  package var isAwaited: Bool {
    state.withLock { state in
      switch state {
      case .open, .watched: true
      case .answered, .abandoned: false
      }
    }
  }

  /// The work has given its answer, which is not lost any more. Any thread.
  package var isAnswered: Bool {
    state.withLock { state in
      if case .answered = state { true } else { false }
    }
  }

  /// The work has ended, or was given up; for who keeps its answer. Any thread.
  package func workEnded(_ end: WorkEnd) {
    if keeper == nil { return }
    onLoop { [self] in keeper?.workEnded(end) }
  }

  /// The answer is written whole. By the sink, once.
  /// - Parameter bytes: of the body.
  package func finished(status: Int, bytes: Int) {
    stream = nil
    intake = .dropped
    tell(status, bytes)
  }

  /// The connection has ended before the answer did. By the sink, in place of `finished`, before `abandon`.
  /// - Parameter status: of an answer that has begun.
  package func cutOff(status: Int?, bytes: Int) {
    record.end = outlivesClient && isAwaited && !loop.isOver ? .clientLeft : .cutOff
    if record.end == .cutOff { tell(status, bytes) }
  }

  /// The work has ended after its client had left, and is told of now. Any thread.
  package func concluded(outcome: String?, _ calls: [CallTrace]) {
    onLoop { [self] in
      guard record.end == .clientLeft else { return }
      record.outcome = outcome
      record.calls = calls
      tell(nil, 0)
    }
  }

  private func tell(_ status: Int?, _ bytes: Int) {
    record.status = status
    record.bytes = bytes
    record.ended = .now()
    loop.accessLog.write(record, request)
    for observer in loop.observers { observer.ended(self) }
  }

  /// True for the first answer only, and where the client is still there. Any thread.
  func settle() -> Bool {
    state.withLock { state in
      switch state {
      case .open, .watched:
        state = .answered
        return true
      case .answered, .abandoned: return false
      }
    }
  }
}

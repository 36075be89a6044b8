import Locking
import Messages
import NIOCore

/// *Guarded by a mutex* where it changes: `reply` and `onAbandoned` may be called from any thread. One request and its
/// one answer.
package final class Exchange: Sendable {
  private enum State {
    case open
    case watched(@Sendable () -> Void)
    case answered
    case abandoned
  }

  package let request: IncomingRequest
  /// Index of the route in the site's router.
  package let route: Int
  /// Of the front loop among its server's; its partner among the transfer loops has the same.
  package let loopIndex: Int
  let eventLoop: any EventLoop
  let mailbox: Mailbox
  let connection: NIOLoopBound<Connection>
  private let state = Locked(State.open)

  init(_ request: IncomingRequest, route: Int, connection: Connection, loop: FrontLoop) {
    self.request = request
    self.route = route
    loopIndex = loop.index
    eventLoop = loop.eventLoop
    mailbox = loop.mailbox
    self.connection = NIOLoopBound(connection, eventLoop: loop.eventLoop)
  }

  /// Answers; only the first call counts, and none after the client left. A HEAD request gets the head only.
  /// From another thread it costs one hop.
  package func reply(_ reply: Reply) {
    guard settle(.answered) else { return }
    if eventLoop.inEventLoop {
      connection.value.answer(self, reply)
    } else {
      mailbox.post(.reply(self, reply))
    }
  }

  /// As `reply(_:)`, on the front loop only, for an answer whose bytes are there already: `lines` appends whole header
  /// lines with their CRLF to the head, and is trusted with them; `body` is sent without being copied.
  /// - Parameter room: about how many bytes `lines` writes.
  package func reply(status: Int, body: ByteBuffer, room: Int, _ lines: (inout ByteBuffer) -> Void) {
    eventLoop.preconditionInEventLoop()
    guard settle(.answered) else { return }
    connection.value.answer(self, status, body, room: room, lines)
  }

  /// Runs `body` on the front loop; at once where this is it.
  package func onLoop(_ body: @escaping @Sendable () -> Void) {
    if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
  }

  /// Calls `body` once, on the front loop, if the client leaves before it was answered; at once where it already has.
  /// A later call replaces the earlier one's.
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

  /// The client left, or its time is up. Called on the front loop.
  func abandon() {
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
  }

  /// The answer begins by other means than `reply`: false where it is too late for one.
  func beginAnswer() -> Bool { settle(.answered) }

  private func settle(_ end: State) -> Bool {
    state.withLock { state in
      switch state {
      case .open, .watched:
        state = end
        return true
      case .answered, .abandoned: return false
      }
    }
  }
}

import Locking
import Messages
import NIOCore
import Reactor

/// *Guarded by its lock.* What other threads have for one front loop, in order.
///
/// A transfer loop finishes many requests in a turn. The front loop is woken for all of them at once, at the end of
/// that turn or when so many wait that it should begin: a wake-up and the switch of threads that follows cost as much
/// as writing an answer.
final class Mailbox: TurnEnd, Sendable {
  enum Item: Sendable {
    case answer(Exchange, Answer)
    case visit(any LoopVisitor)
  }

  /// So many items don't wait for the turn's end.
  private static let promptCount = 16

  private let items = Locked<[Item]>([])
  private let eventLoop: any EventLoop

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// Thread-safe. The item is handled on the front loop.
  func post(_ item: Item) {
    let count = items.withLock { items in
      items.append(item)
      return items.count
    }
    if count == 1 {
      if let reactor = Reactor.current { reactor.atTurnEnd(self) } else { wake() }
    } else if count == Self.promptCount {
      wake()
    }
  }

  func turnEnded() { wake() }

  private func wake() {
    eventLoop.execute { [self] in
      for item in items.withLock({ items in takeAll(&items) }) { Self.handle(item) }
    }
  }

  private func takeAll(_ items: inout [Item]) -> [Item] {
    let taken = items
    items = []
    items.reserveCapacity(Self.promptCount)
    return taken
  }

  private static func handle(_ item: Item) {
    switch item {
    case .answer(let exchange, let answer): exchange.send(answer)
    case .visit(let visitor): visitor.visitLoop()
    }
  }
}

/// Who has something for a front loop that is taken there, together with what others have.
package protocol LoopVisitor: AnyObject, Sendable {
  /// On the front loop.
  func visitLoop()
}

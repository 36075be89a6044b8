import Foundation
import TestSockets

/// Clients that ask for one thing after the other, each on a connection and a thread of its own, until they are
/// stopped. Guarded by its condition.
final class AnswerLoad: @unchecked Sendable {
  private let condition = NSCondition()
  private var answers = 0
  private var running: Int
  private var isStopped = false
  private var wrong: [String] = []

  /// - Parameter answer: the body that `/things/ID` has to have, with 200.
  init(port: UInt16, clients: Int, ids: Int, answer: @escaping @Sendable (Int) -> String) {
    running = clients
    for number in 0..<clients {
      startThread {
        do { try self.run(port, number, ids, answer) } catch { self.record("\(error)") }
        self.locked { self.running -= 1 }
      }
    }
  }

  /// Waits for so many answers from now on.
  func waitForMore(_ count: Int) -> Bool {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    let wanted = answers + count
    while answers < wanted { if !condition.wait(until: deadline) { return answers >= wanted } }
    return true
  }

  /// Ends it, and returns what was not as it should have been: some of it, if it is much.
  func stop() -> [String] {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    while running > 0 { if !condition.wait(until: deadline) { return wrong + ["\(running) clients wait"] } }
    return wrong
  }

  private func run(_ port: UInt16, _ number: Int, _ ids: Int, _ answer: (Int) -> String) throws {
    let client = try RawClient(port: port)
    var id = number
    while !locked({ isStopped }) {
      id = (id + 7919) % ids
      try client.send("GET /things/\(id)")
      let response = try client.receive()
      if response?.status != 200 || response?.text != answer(id) {
        record("\(id): \(response?.description ?? "closed")")
      }
      if response == nil { return }
      locked { answers += 1 }
    }
  }

  private func record(_ text: String) {
    locked { if wrong.count < 5 { wrong.append(text) } }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body()
  }
}

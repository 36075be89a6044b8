import Foundation
import Glibc
import Locking
import TestSockets

/// *Guarded by its lock.* Clients that ask for `/call` again and again until the port refuses them. They do what they
/// are told about the end of a connection, so that none may lose a request.
final class LeavingCrowd: Sendable {
  private struct State {
    var answers = 0
    var failures: [String] = []
    var running: Int
  }

  private let state: Locked<State>
  private let port: UInt16

  /// - Parameters:
  ///   - kept: clients that keep their connection.
  ///   - single: clients that take a new one for each request.
  init(port: UInt16, kept: Int, single: Int) {
    self.port = port
    state = Locked(State(running: kept + single))
    for index in 0..<(kept + single) { startThread { self.run(keeps: index < kept) } }
  }

  func waitForAnswers(_ count: Int) {
    let deadline = Patience.deadline
    while deadline.timeIntervalSinceNow > 0, state.withLock({ $0.answers < count && $0.failures.isEmpty }) {
      usleep(1_000)
    }
  }

  func waitForMore(_ count: Int) { waitForAnswers(state.withLock { $0.answers } + count) }

  /// What befell the clients, once all were refused.
  func failures() -> [String] {
    let deadline = Patience.deadline
    while state.withLock({ $0.running }) > 0 {
      if deadline.timeIntervalSinceNow < 0 { return ["some clients were not refused"] }
      usleep(1_000)
    }
    return state.withLock { $0.failures }
  }

  private func run(keeps: Bool) {
    do {
      while let client = try connect() {
        var isOpen = true
        while isOpen {
          try client.send("GET /call")
          guard let response = try client.receive() else { throw SocketFailure.closed }
          guard response.status == 200 else { throw SocketFailure.malformed("status \(response.status)") }
          state.withLock { $0.answers += 1 }
          isOpen = keeps && response["Connection"] != "close"
          usleep(1_000)
        }
      }
    } catch {
      state.withLock { $0.failures.append("\(error)") }
    }
    state.withLock { $0.running -= 1 }
  }

  /// `nil` once the port refuses.
  private func connect() throws -> RawClient? {
    do {
      return try RawClient(port: port)
    } catch SocketFailure.broken(_, ECONNREFUSED) {
      return nil
    }
  }
}

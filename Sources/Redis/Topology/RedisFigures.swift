import Metrics
import Synchronization

/// *Guarded by* being atomic. What became of the commands to the servers of one topology, over all loops, since the start.
package final class RedisFigures: Sendable {
  package enum Result: String, CaseIterable, Sendable {
    /// The server has said something; that it has moved, or does not know a script yet, too.
    case ok
    /// It refused the command, or said what nobody asked.
    case error
    /// It said nothing in time.
    case timeout
    /// It was not asked, or the connection ended before it had answered.
    case unavailable
  }

  private let ok = Atomic<UInt64>(0)
  private let error = Atomic<UInt64>(0)
  private let timeout = Atomic<UInt64>(0)
  private let unavailable = Atomic<UInt64>(0)
  /// The times of those that were sent, until the reply or until it was waited for no longer.
  package let times = SharedHistogram()

  init() {}

  package subscript(result: Result) -> UInt64 {
    switch result {
    case .ok: ok.load(ordering: .relaxed)
    case .error: error.load(ordering: .relaxed)
    case .timeout: timeout.load(ordering: .relaxed)
    case .unavailable: unavailable.load(ordering: .relaxed)
    }
  }

  func note(_ result: RedisResult) {
    switch Result(result) {
    case .ok: ok.wrappingAdd(1, ordering: .relaxed)
    case .error: error.wrappingAdd(1, ordering: .relaxed)
    case .timeout: timeout.wrappingAdd(1, ordering: .relaxed)
    case .unavailable: unavailable.wrappingAdd(1, ordering: .relaxed)
    }
  }
}

extension RedisFigures.Result {
  /// Replies that the protocol foresees: the command is then sent again, elsewhere or otherwise.
  private static let foreseen: Set<Substring> = ["MOVED", "ASK", "NOSCRIPT"]

  fileprivate init(_ result: RedisResult) {
    switch result {
    case .success: self = .ok
    case .failure(let failure):
      switch failure {
      case .refused: self = failure.code.map { Self.foreseen.contains($0) } == true ? .ok : .error
      case .unexpected: self = .error
      case .timeout: self = .timeout
      case .unavailable, .busy, .closed: self = .unavailable
      }
    }
  }
}

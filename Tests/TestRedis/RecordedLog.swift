import Locking
import Logging

/// *Guarded by its lock.* Keeps what is logged, a line each.
package final class RecordedLog: Sendable {
  private struct Handler: LogHandler {
    let log: RecordedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let words = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map {
        " \($0.key)=\($0.value)"
      }
      log.all.withLock { $0.append("\(event.level) \(event.message)" + words.joined()) }
    }
  }

  private let all = Locked<[String]>([])

  package init() {}

  package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  package func lines(with text: String) -> [String] {
    all.withLock { $0.filter { $0.contains(text) } }
  }
}

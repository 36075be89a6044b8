import Front
import Glibc
import Locking
import Logging
import NIOPosix
import Observing
import Plans
import Synchronization
import Timing

/// *Immutable*, but for what its descriptor leads to. A file that lines of requests go to.
final class AccessFile: Sendable {
  /// The pause between two words on a file that can't be written.
  private static let pause: Duration = .seconds(10)

  let path: String
  let writer: LogWriter
  private let descriptor: Int32
  private let logger: Logger

  /// Opens it, and makes it where there is none: readable by its owner and group. Blocks as long as the file system does.
  init(_ path: String, _ logger: Logger) throws(GatewayError) {
    let descriptor = Self.open(path)
    guard descriptor >= 0 else { throw .cannotLog(path, String(cString: strerror(errno))) }
    self.path = path
    self.descriptor = descriptor
    self.logger = logger
    let told = RefusalClock()
    writer = LogWriter(descriptor: descriptor) { fault in
      guard told.isDue(every: Self.pause) else { return }
      logger.error(
        "lines of requests can't be written, and are lost",
        metadata: ["file": "\(path)", "reason": "\(String(cString: strerror(fault)))"])
    }
  }

  /// Goes on in the file that has its name now, after it was renamed. Lines go to the old one until the new one is open, and
  /// for good where that can't be. Any thread that may block.
  func reopen() {
    let new = Self.open(path)
    guard new >= 0 else {
      logger.error(
        "the file of the log can't be opened; lines go on to the old one",
        metadata: ["file": "\(path)", "reason": "\(String(cString: strerror(errno)))"])
      return
    }
    dup2(new, descriptor)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    close(new)
  }

  /// Writes what waits and closes it; nobody may append any more. Waits for as long as that takes.
  func end() {
    writer.stop()
    close(descriptor)
  }

  /// A pipe without a reader is an error, and does not keep anybody waiting.
  private static func open(_ path: String) -> Int32 {
    Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0o640)
  }
}

/// *Guarded by* being atomic. Says when a fault that comes again and again is to be told of.
private final class RefusalClock: Sendable {
  private let quietUntil = Atomic<Int64>(0)

  func isDue(every pause: Duration) -> Bool {
    let now = Instant.now()
    guard now.nanoseconds >= quietUntil.load(ordering: .relaxed) else { return false }
    quietUntil.store(now.advanced(by: pause).nanoseconds, ordering: .relaxed)
    return true
  }
}

/// *Guarded by its lock.* The file of the access log that is written to, where there is one.
final class AccessFiles: Sendable {
  private let current = Locked<AccessFile?>(nil)

  var writer: LogWriter? { current.withLock { $0?.writer } }

  /// The file that a plan names: the one that is open, where it has that name. `nil`: none is named.
  func file(_ plan: LogPlan, _ logger: Logger) throws(GatewayError) -> AccessFile? {
    guard let path = plan.file else { return nil }
    if let open = current.withLock({ $0 }), open.path == path { return open }
    return try AccessFile(path, logger)
  }

  /// - Returns: what was written to, where that is another; to be ended once nobody appends to it any more.
  func put(_ file: AccessFile?) -> AccessFile? {
    current.withLock { current in
      let old = current
      current = file
      return old === file ? nil : old
    }
  }

  func reopen() { current.withLock { $0 }?.reopen() }
}

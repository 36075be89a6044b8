import Front
import NIOPosix

/// The threads that wait for disks, of their own: neither loops nor what else blocks in the process waits behind them. They
/// begin with the first request for a file. What waits for them is bounded: files that are to be opened by `mostOpenings`, and
/// the next pieces of open ones by `HeldFile.most`, each of which has one piece of work here at most.
enum FileThreads {
  /// A disk answers several at once; behind a network that hangs so many wait, and the others' requests with them.
  private static let count = 8
  /// Requests whose files are being opened, or wait for that, in the whole process; above it 503.
  static let mostOpenings = 1024
  static let openings = InFlight(limit: mostOpenings)

  /// Runs what blocks, on one of them.
  static func run(_ body: @escaping @Sendable () -> Void) {
    OutsideWork.begins()
    pool.submit { _ in
      body()
      OutsideWork.ended()
    }
  }

  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }()
}

import NIOPosix

/// The threads that wait for disks, of their own: neither loops nor what else blocks in the process waits behind them. They
/// begin with the first request for a file. Each request in flight has one piece of work here at most.
enum FileThreads {
  /// A disk answers several at once; behind a network that hangs so many wait, and the others' requests with them.
  private static let count = 8

  static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }()
}

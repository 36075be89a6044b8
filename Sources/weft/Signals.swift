import Glibc

/// SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2, taken by waiting for them instead of by a handler.
enum Signals {
  /// Then SIGHUP may say that it is gone.
  private static let hasTerminal = isatty(STDIN_FILENO) == 1

  /// To be called before any thread is made: threads inherit the mask.
  static func block() {
    signal(SIGPIPE, SIG_IGN)
    _ = hasTerminal
    var set = waitedFor
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Returns when one arrives that ends the process; `reload` is called for a SIGHUP of somebody who expects that, `reopen`
  /// for a SIGUSR1, `exchange` for a SIGUSR2.
  static func wait(reload: () -> Void, reopen: () -> Void = {}, exchange: () -> Void = {}) {
    var set = waitedFor
    while true {
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { continue }
      let isHungUp = hasTerminal && isatty(STDIN_FILENO) == 0
      switch number {
      case SIGUSR1: reopen()
      case SIGUSR2: exchange()
      case SIGHUP where !isHungUp: reload()
      default: return
      }
    }
  }

  /// A second one, while the gateway drains, ends the process.
  static func exitOnNext() {
    var set = waitedFor
    sigdelset(&set, SIGHUP)
    sigdelset(&set, SIGUSR2)
    sigdelset(&set, SIGUSR1)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    signal(SIGTERM, SIG_DFL)
    signal(SIGINT, SIG_DFL)
  }

  private static var waitedFor: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGHUP)
    sigaddset(&set, SIGUSR2)
    sigaddset(&set, SIGUSR1)
    return set
  }
}

/// Standard output is a pipe under tests and supervisors, and then buffered.
func flushOutput() {
  fflush(nil)
}

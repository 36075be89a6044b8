import Glibc

/// SIGTERM and SIGINT, taken by waiting for them instead of by a handler.
enum Signals {
  /// To be called before any thread is made: threads inherit the mask.
  static func block() {
    signal(SIGPIPE, SIG_IGN)
    var set = ending
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Returns when one arrives.
  static func wait() {
    var set = ending
    var number: Int32 = 0
    while sigwait(&set, &number) != 0 {}
  }

  /// A second one, while the gateway drains, ends the process.
  static func exitOnNext() {
    var set = ending
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    signal(SIGTERM, SIG_DFL)
    signal(SIGINT, SIG_DFL)
  }

  private static var ending: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    return set
  }
}

/// Standard output is a pipe under tests and supervisors, and then buffered.
func flushOutput() {
  fflush(nil)
}

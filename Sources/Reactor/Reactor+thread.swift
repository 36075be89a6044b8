import Glibc

extension Reactor {
  private final class Entry {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
      self.body = body
    }
  }

  /// Every signal is blocked on the new thread (and on the resolver threads that libcurl begins from it): signals are
  /// for the main thread, and a write to a broken TLS connection can't raise `SIGPIPE` here.
  static func spawn(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Entry>.fromOpaque(context!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Entry(body)).toOpaque())
    precondition(code == 0, "no thread for a reactor: \(code)")
    return thread
  }
}

import CEpoll
import Glibc

extension Reactor {
  private final class Entry {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
      self.body = body
    }
  }

  /// Every signal is blocked on the new thread: signals are for the main thread, and a write to a broken TLS connection
  /// can't raise `SIGPIPE` there. `nil`: the system has no thread left.
  static func spawn(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var thread = pthread_t()
    let entry = Unmanaged.passRetained(Entry(body))
    let code = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Entry>.fromOpaque(context!).takeRetainedValue().body()
        return nil
      }, entry.toOpaque())
    guard code == 0 else {
      entry.release()
      return nil
    }
    return thread
  }

  /// Runs `body`, which may block, on a thread that nobody waits for. False: the system has none left.
  package static func begin(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    let thread = spawn {
      weft_name_thread(name)
      body()
    }
    guard let thread else { return false }
    pthread_detach(thread)
    return true
  }
}

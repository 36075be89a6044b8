import Glibc

/// A POSIX thread from a closure.
enum Thread {
  private final class Entry {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  static func begin(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 256 * 1024)
    let code = pthread_create(
      &thread, &attributes,
      { context in
        Unmanaged<Entry>.fromOpaque(context!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Entry(body)).toOpaque())
    precondition(code == 0)
    return thread
  }
}

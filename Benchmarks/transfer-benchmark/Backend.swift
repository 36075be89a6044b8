import Glibc

/// A thread per connection that answers every request with the same bytes, in a child process, so that its CPU time is
/// not counted.
struct Backend {
  struct StartFailure: Error {}

  let port: UInt16
  private let identifier: pid_t

  static func start(bytes: Int) throws -> Backend {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw StartFailure() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    let texts: [String] = ["/proc/self/exe", "--backend", String(bytes)]
    var words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var identifier = pid_t()
    guard posix_spawn(&identifier, "/proc/self/exe", &actions, nil, &words, environ) == 0 else { throw StartFailure() }
    close(ends[1])
    var port: UInt16 = 0
    guard read(ends[0], &port, 2) == 2 else { throw StartFailure() }
    return Backend(port: port, identifier: identifier)
  }

  func stop() {
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
  }

  /// The child: writes its port to standard output, and never returns.
  static func serve(bytes: Int) -> Never {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length)
        _ = getsockname(listener, $0, &length)
      }
    }
    listen(listener, 1024)
    var port = UInt16(bigEndian: name.sin_port)
    write(1, &port, 2)
    let answer = Array(
      ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 21 Nov 2026 09:00:00 GMT\r\n"
        + "Content-Length: \(bytes)\r\n\r\n" + String(repeating: "x", count: bytes)).utf8)
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { continue }
      var one: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
      let thread = Connection(descriptor: descriptor, answer: answer)
      var identifier = pthread_t()
      pthread_create(
        &identifier, nil,
        { context in
          Unmanaged<Connection>.fromOpaque(context!).takeRetainedValue().run()
          return nil
        }, Unmanaged.passRetained(thread).toOpaque())
    }
  }

  private final class Connection {
    let descriptor: Int32
    let answer: [UInt8]

    init(descriptor: Int32, answer: [UInt8]) {
      self.descriptor = descriptor
      self.answer = answer
    }

    /// A request without a body is one read here: they are small, and nothing is pipelined.
    func run() {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(descriptor, &buffer, buffer.count) > 0 {
        if write(descriptor, answer, answer.count) < 0 { break }
      }
      close(descriptor)
    }
  }
}

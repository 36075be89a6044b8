import Glibc
import Locking

/// *Guarded by its mutex.* An HTTP/1.1 server on a loopback port of its own, a thread per connection, that answers each
/// request as `script` says.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    let method: String
    let target: String
    /// Lines after the request line, as they came.
    let headers: [String]
    let body: [UInt8]
  }

  enum Answer: Sendable {
    case status(Int, String = "", headers: [String] = [])
    /// Nothing until `release`, then 200.
    case hang
    /// Closes the connection without a byte.
    case close
    /// A head that promises more than comes.
    case truncated
    /// Head and a part of the body, and the rest after `release`.
    case unfinished(Int)
  }

  private struct State {
    var connections: [Int32] = []
    var requests: [Request] = []
    var hanging = 0
    var released = 0
    var isStopped = false
  }

  let port: UInt16
  private let listener: Int32
  private let script: @Sendable (Int, Request) -> Answer
  private let state = Locked(State())

  /// `script` gets the number of the request at this server, from 0, and the request.
  init(_ script: @escaping @Sendable (Int, Request) -> Answer) {
    self.script = script
    (listener, port) = Self.bind()
    precondition(listen(listener, 256) == 0)
    Self.spawn { [self] in accept() }
  }

  convenience init(_ answer: Answer) {
    self.init { _, _ in answer }
  }

  /// A bound port on which nobody listens; connections are refused while the descriptor is open.
  static func bind() -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
      }
    }
    precondition(code == 0, "no loopback port")
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  var origin: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLock { $0.requests } }
  var hanging: Int { state.withLock { $0.hanging } }

  /// Lets one hanging request, now or later, have its answer.
  func release(_ count: Int = 1) {
    state.withLock { $0.released += count }
  }

  func stop() {
    let connections = state.withLock { state in
      state.isStopped = true
      return state.connections
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
  }

  private static func spawn(_ body: @escaping @Sendable () -> Void) {
    final class Entry: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Entry>.fromOpaque($0!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Entry(body)).toOpaque())
    pthread_detach(thread)
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { break }
      let isWelcome = state.withLock { state in
        if !state.isStopped { state.connections.append(connection) }
        return !state.isStopped
      }
      if isWelcome { Self.spawn { [self] in serve(connection) } } else { close(connection) }
    }
    close(listener)
  }

  private func serve(_ connection: Int32) {
    var reader = RequestReader(connection)
    while let request = reader.next() {
      let number = state.withLock { state in
        state.requests.append(request)
        return state.requests.count - 1
      }
      guard answer(script(number, request), on: connection) else { break }
    }
    state.withLock { state in state.connections.removeAll { $0 == connection } }
    close(connection)
  }

  private func answer(_ answer: Answer, on connection: Int32) -> Bool {
    switch answer {
    case .status(let status, let body, let headers):
      let lines = headers.map { $0 + "\r\n" }.joined()
      return send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)", on: connection)
    case .hang:
      return waitForRelease(connection) && send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", on: connection)
    case .close:
      return false
    case .unfinished(let status):
      return send("HTTP/1.1 \(status) X\r\nContent-Length: 2\r\n\r\n{", on: connection)
        && waitForRelease(connection) && send("}", on: connection)
    case .truncated:
      _ = send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", on: connection)
      return false
    }
  }

  /// `false`: the client left, or the server stopped.
  private func waitForRelease(_ connection: Int32) -> Bool {
    state.withLock { $0.hanging += 1 }
    defer { state.withLock { $0.hanging -= 1 } }
    while true {
      let isReleased = state.withLock { state in
        if state.released > 0 {
          state.released -= 1
          return true
        }
        return false
      }
      if isReleased { return true }
      var watched = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      if poll(&watched, 1, 1) != 0 { return false }
    }
  }

  private func send(_ text: String, on connection: Int32) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }
}

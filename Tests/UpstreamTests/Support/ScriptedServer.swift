import Glibc
import Locking
import TestSockets

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
    /// Nothing until `release`, then this.
    case held(Int)
    /// Closes the connection without a byte.
    case close
    /// A head that promises more than comes.
    case truncated(Int)
    /// Head and a part of the body, and the rest after `release`.
    case unfinished(Int)
  }

  private struct State {
    var connections: [Int32] = []
    var accepted = 0
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
    (listener, port) = Loopback.bind()
    precondition(listen(listener, 256) == 0)
    startThread { [self] in accept() }
  }

  convenience init(_ answer: Answer) {
    self.init { _, _ in answer }
  }

  var origin: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLock { $0.requests } }
  var hanging: Int { state.withLock { $0.hanging } }
  /// Open ones.
  var connectionCount: Int { state.withLock { $0.connections.count } }
  /// All that there ever were.
  var acceptedCount: Int { state.withLock { $0.accepted } }

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

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { break }
      let isWelcome = state.withLock { state in
        state.accepted += 1
        if !state.isStopped { state.connections.append(connection) }
        return !state.isStopped
      }
      if isWelcome { startThread { [self] in serve(connection) } } else { close(connection) }
    }
    close(listener)
  }

  private func serve(_ connection: Int32) {
    let socket = RawSocket(connection, patience: 0)
    while let request = try? socket.request() {
      let number = state.withLock { state in
        state.requests.append(request)
        return state.requests.count - 1
      }
      guard answer(script(number, request), on: socket) else { break }
    }
    state.withLock { state in state.connections.removeAll { $0 == connection } }
    socket.shut()
  }

  private func answer(_ answer: Answer, on socket: RawSocket) -> Bool {
    switch answer {
    case .status(let status, let body, let headers):
      let lines = headers.map { $0 + "\r\n" }.joined()
      return send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)", on: socket)
    case .hang:
      return waitForRelease(socket.descriptor) && send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", on: socket)
    case .held(let status):
      return waitForRelease(socket.descriptor)
        && send("HTTP/1.1 \(status) X\r\nContent-Length: 2\r\n\r\n{}", on: socket)
    case .close:
      return false
    case .unfinished(let status):
      return send("HTTP/1.1 \(status) X\r\nContent-Length: 2\r\n\r\n{", on: socket)
        && waitForRelease(socket.descriptor) && send("}", on: socket)
    case .truncated(let status):
      _ = send("HTTP/1.1 \(status) X\r\nContent-Length: 100\r\n\r\n{", on: socket)
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

  private func send(_ text: String, on socket: RawSocket) -> Bool {
    (try? socket.send(text)) != nil
  }
}

extension RawSocket {
  /// The next request; its body by `Content-Length` only. Throws where the connection has ended.
  fileprivate func request() throws -> ScriptedServer.Request {
    let lines = try receive(through: "\r\n\r\n").split(separator: "\r\n").map(String.init)
    let words = lines[0].split(separator: " ").map(String.init)
    let length =
      lines.lazy.filter { $0.lowercased().hasPrefix("content-length:") }
      .compactMap { Int($0.dropFirst(15).filter { $0 != " " }) }.first ?? 0
    return .init(
      method: words[0], target: words[1], headers: Array(lines.dropFirst()), body: try receive(exactly: length))
  }
}

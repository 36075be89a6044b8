import Foundation
import Glibc
import TestSockets

/// A backend on a free port of this machine that answers as its script says and records every request.
/// Guarded by its condition; each connection has a thread of its own.
final class ScriptedBackend: @unchecked Sendable {
  typealias Script = @Sendable (RecordedRequest) -> ScriptedAnswer

  let port: UInt16
  private let listener: Int32
  private let streamsBodies: Bool
  private let condition = NSCondition()
  private var script: Script
  private var recorded: [RecordedRequest] = []
  private var abandonments = 0
  private var connections: [Int: TCPStream] = [:]
  private var accepted = 0
  private var closed = 0
  private var isStopped = false

  var url: String { "http://127.0.0.1:\(port)" }

  /// With `streamsBodies`, the script is asked before a request's body is read, which its `custom` answer then does.
  /// With `path` it listens on a unix socket there, and has no port. `port`: 0 is a free one.
  init(
    path: String? = nil, host: UInt32 = 0x7F00_0001, port: UInt16 = 0, streamsBodies: Bool = false,
    _ script: @escaping Script
  ) throws {
    self.script = script
    self.streamsBodies = streamsBodies
    (listener, self.port) = path.map { (Loopback.bind(path: $0), 0) } ?? Loopback.bind(host: host, port: port)
    listen(listener, 4096)
    startThread { self.acceptConnections() }
  }

  /// Always the same answer.
  convenience init(json text: String) throws {
    try self.init { _ in .json(text) }
  }

  // MARK: What it saw

  /// In the order of their arrival.
  var requests: [RecordedRequest] { locked { recorded } }
  var lines: [String] { requests.map(\.line) }
  /// How many connections were opened so far.
  var connectionCount: Int { locked { accepted } }
  var openConnectionCount: Int { locked { accepted - closed } }

  /// How many requests the peer has left unfinished.
  var abandonmentCount: Int { locked { abandonments } }

  /// Waits until `count` requests have arrived; fewer are returned only when patience ran out.
  @discardableResult
  func waitForRequests(_ count: Int) -> [RecordedRequest] {
    wait { recorded.count >= count }
    return requests
  }

  /// Waits until every connection that was accepted is closed: on loopback the peer's system knows by then.
  func waitForClosings() { wait { closed == accepted } }

  /// Waits until no more than `count` of them are open.
  func waitForClosings(but count: Int) { wait { accepted - closed <= count } }

  /// Waits until the peer has left `count` requests unfinished.
  func waitForAbandonments(_ count: Int) -> Bool { wait { abandonments >= count } }

  /// Forgets what it recorded, and answers by `script` from now on.
  func restart(_ script: @escaping Script) {
    locked {
      self.script = script
      recorded = []
      abandonments = 0
    }
  }

  /// Ends those that are open, and returns when they have ended.
  func closeConnections() {
    for stream in locked({ Array(connections.values) }) { stream.shutDown() }
    waitForClosings()
  }

  func stop() {
    let open = locked {
      isStopped = true
      condition.broadcast()
      return Array(connections.values)
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for stream in open { stream.shutDown() }
  }

  // MARK: Connections

  private func acceptConnections() {
    while true {
      let descriptor = accept(listener, nil, nil)
      if descriptor < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let stream = TCPStream(descriptor: descriptor)
      let number = locked {
        defer { accepted += 1 }
        connections[accepted] = stream
        return accepted
      }
      startThread { self.serve(stream, number) }
    }
    close(listener)
  }

  private func serve(_ stream: TCPStream, _ number: Int) {
    var mayContinue = true
    while mayContinue, !locked({ isStopped }) {
      mayContinue = (try? serveRequest(stream, number)) ?? false
    }
    locked { _ = connections.removeValue(forKey: number) }
    stream.close()
    locked {
      closed += 1
      condition.broadcast()
    }
  }

  /// False where the connection is at its end.
  private func serveRequest(_ stream: TCPStream, _ number: Int) throws -> Bool {
    guard let head = try stream.readHeadPatiently(while: { !self.locked { self.isStopped } }) else { return false }
    var request = RecordedRequest(head: head, connection: number)
    if !streamsBodies {
      if head["expect"] != nil { try stream.write("HTTP/1.1 100 Continue\r\n\r\n") }
      (request.body, request.isComplete) = try stream.readBody(head, untilCloseByDefault: false)
    }
    let script = locked {
      recorded.append(request)
      condition.broadcast()
      return self.script
    }
    return try perform(script(request), on: stream, isHead: head.startLine.hasPrefix("HEAD "))
  }

  private func perform(_ answer: ScriptedAnswer, on stream: TCPStream, isHead: Bool) throws -> Bool {
    if let barrier = answer.barrier, !barrier.arrive() {
      return try perform(.json(#"{"harness":"the barrier was not reached"}"#, status: 599), on: stream, isHead: isHead)
    }
    if answer.delay > 0 { hold(stream, milliseconds: answer.delay) }
    if let custom = answer.custom {
      try custom(stream)
      return false
    }
    if let fault = answer.fault { return end(stream, fault) }
    do {
      try send(answer, on: stream, isHead: isHead)
    } catch {
      noteAbandonment()
      return false
    }
    if let then = answer.then { return end(stream, then) }
    return answer.raw == nil && answer.framing != .close && answer.missing == 0
  }

  private func send(_ answer: ScriptedAnswer, on stream: TCPStream, isHead: Bool) throws {
    if let raw = answer.raw { return try stream.write(raw) }
    guard !isHead, answer.framing != .none else { return try stream.write(answer.headText) }
    let pieces = answer.framing == .chunked ? answer.pieces.map(Self.chunk) : answer.pieces
    guard answer.gap > 0 || answer.delay > 0 else {
      // Not `joined()`, which a debug build walks byte by byte.
      let bytes = pieces.reduce(into: Array(answer.headText.utf8)) { $0 += $1 }
      return try stream.write(bytes + lastChunk(answer))
    }
    try stream.write(answer.headText)
    for piece in pieces {
      hold(stream, milliseconds: answer.gap)
      try stream.write(piece)
    }
    try stream.write(lastChunk(answer))
  }

  private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [13, 10]
  }

  /// Left out of an answer that is to be broken off.
  private func lastChunk(_ answer: ScriptedAnswer) -> [UInt8] {
    answer.framing == .chunked && answer.then == nil ? Array("0\r\n\r\n".utf8) : []
  }

  private func end(_ stream: TCPStream, _ fault: ScriptedAnswer.Fault) -> Bool {
    switch fault {
    case .close: break
    case .reset: stream.reset()
    case .hang: hold(stream, milliseconds: nil)
    }
    return false
  }

  /// Waits, at most until the peer leaves, which is counted.
  private func hold(_ stream: TCPStream, milliseconds: Int?) {
    var left = milliseconds ?? .max
    while left > 0, !locked({ isStopped }) {
      let step = min(left, 100)
      if stream.peerIsGone(waiting: Int32(step)) { return noteAbandonment() }
      left -= step
    }
  }

  private func noteAbandonment() {
    locked {
      abandonments += 1
      condition.broadcast()
    }
  }

  // MARK: Locking

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  @discardableResult
  private func wait(until isTrue: () -> Bool) -> Bool {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    while !isTrue() {
      if !condition.wait(until: deadline) { return isTrue() }
    }
    return true
  }
}

import Foundation
import Glibc
import TestSockets

/// One TCP connection of the harness, with blocking reads and writes that give up after `Patience.seconds`.
/// Confined to one thread, but for `shutDown`, which any thread may call to wake that one.
final class TCPStream: @unchecked Sendable {
  let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var isClosed = false

  init(descriptor: Int32) {
    self.descriptor = descriptor
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
  }

  /// Connects to a port of this machine. A small `receiveBuffer` (bytes) lets a test be a slow reader.
  static func connect(port: UInt16, receiveBuffer: Int32? = nil) throws -> TCPStream {
    do {
      return TCPStream(descriptor: try Loopback.connect(port: port, receiveBuffer: receiveBuffer))
    } catch {
      throw SocketFailure.broken(error.what, errno: error.code)
    }
  }

  deinit { close() }

  // MARK: Reading

  /// What is buffered or arrives next; empty at the end of the stream.
  func read() throws -> [UInt8] {
    if start == buffer.count { guard try fill() else { return [] } }
    defer { (buffer, start) = ([], 0) }
    return Array(buffer[start...])
  }

  /// Exactly `count` bytes, or fewer where the stream ends or breaks before.
  func read(count: Int) throws -> [UInt8] {
    while buffer.count - start < count {
      do { guard try fill() else { break } } catch SocketFailure.broken { break }
    }
    let end = min(buffer.count, start + count)
    defer { consume(to: end) }
    return Array(buffer[start..<end])
  }

  /// Up to and including the first `delimiter`; `nil` where the stream ends before it.
  func read(through delimiter: [UInt8], limit: Int = 1 << 20) throws -> [UInt8]? {
    var scanned = start
    while true {
      if let found = buffer.firstIndex(of: delimiter, from: scanned) {
        let end = found + delimiter.count
        defer { consume(to: end) }
        return Array(buffer[start..<end])
      }
      scanned = max(start, buffer.count - delimiter.count)
      guard buffer.count - start < limit else { throw SocketFailure.malformed("a head over \(limit) bytes") }
      let moved = start
      guard try fill() else { return nil }
      scanned -= moved - start
    }
  }

  /// Bytes that came and were not read yet.
  var unread: [UInt8] { Array(buffer[start...]) }

  /// Whether there is something to read, be it the end.
  func hasInput(waiting milliseconds: Int32) -> Bool {
    var entry = pollfd(descriptor: descriptor, events: Int16(POLLIN))
    return start < buffer.count || poll(&entry, 1, milliseconds) > 0
  }

  private func consume(to end: Int) {
    start = end
    if start == buffer.count { (buffer, start) = ([], 0) }
  }

  /// False at the end of the stream.
  private func fill() throws -> Bool {
    try wait(for: Int16(POLLIN), "reading")
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count >= 0 else { throw SocketFailure.broken("reading", errno: errno) }
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: chunk[..<count])
    return count > 0
  }

  // MARK: Writing

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = try writeSome(bytes[sent...])
      if count == 0 { try wait(for: Int16(POLLOUT), "writing") }
      sent += count
    }
  }

  /// As much as the connection takes now, possibly nothing.
  func writeSome(_ bytes: ArraySlice<UInt8>) throws -> Int {
    let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if count >= 0 { return count }
    if errno == EAGAIN { return 0 }
    throw SocketFailure.broken("writing", errno: errno)
  }

  // MARK: State and end

  /// False where nothing comes for so long, not even an end.
  func waitForBytes(milliseconds: Int32) -> Bool {
    var entry = pollfd(descriptor: descriptor, events: Int16(POLLIN))
    return poll(&entry, 1, milliseconds) > 0
  }

  /// True once the peer has closed or reset the connection.
  func peerIsGone(waiting milliseconds: Int32 = 0) -> Bool {
    var entry = pollfd(descriptor: descriptor, events: Int16(POLLIN) | 0x2000)  // POLLRDHUP
    guard poll(&entry, 1, milliseconds) > 0 else { return false }
    if entry.revents & (Int16(POLLHUP) | Int16(POLLERR) | 0x2000) != 0 { return true }
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_PEEK)) == 0
  }

  /// Until the peer's system has all that was written, or is gone.
  func waitUntilTaken() {
    var left: Int32 = 0
    repeat { _ = ioctl(descriptor, UInt(TIOCOUTQ), &left) } while left > 0 && !peerIsGone(waiting: 1)
  }

  /// Ends reading and writing; a thread that waits in one of them returns.
  func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Ends writing only; the peer sees the end of the stream.
  func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Breaks the connection off with a TCP reset.
  func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    close()
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    Glibc.close(descriptor)
  }

  private func wait(for events: Int16, _ what: String) throws {
    var entry = pollfd(descriptor: descriptor, events: events)
    var ready: Int32 = 0
    // A signal, or a stop, ends it too.
    willBlock()
    repeat { ready = poll(&entry, 1, Int32(Patience.seconds * 1000)) } while ready < 0 && errno == EINTR
    guard ready != 0 else { throw SocketFailure.timeout(what) }
    guard ready > 0 else { throw SocketFailure.broken(what, errno: errno) }
  }
}

extension pollfd {
  fileprivate init(descriptor: Int32, events: Int16) {
    self.init(fd: descriptor, events: events, revents: 0)
  }
}

extension [UInt8] {
  fileprivate func firstIndex(of pattern: [UInt8], from start: Int) -> Int? {
    guard let first = pattern.first else { return start }
    var index = start
    while index + pattern.count <= count {
      if self[index] == first, self[index..<(index + pattern.count)].elementsEqual(pattern) { return index }
      index += 1
    }
    return nil
  }
}

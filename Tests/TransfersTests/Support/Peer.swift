import Glibc
import Locking
import Reactor
import TestSockets

/// *Confined to its script's thread*, but for `interrupt`. One connection of a scripted server; blocking.
final class Peer: @unchecked Sendable {  // guarded by confinement; `isClosed` by its mutex
  /// Of the connection: 0 is the server's first.
  let index: Int
  private let descriptor: Int32
  /// Where it speaks TLS.
  private let tls: TLSSession?
  private unowned let server: ScriptedServer
  private let isClosed = Locked(false)
  private var buffer: [UInt8] = []

  init(descriptor: Int32, index: Int, server: ScriptedServer, tls: TLSSession? = nil) {
    self.descriptor = descriptor
    self.tls = tls
    self.index = index
    self.server = server
  }

  /// The next request with its body, or `nil` when the client has closed.
  func readRequest() -> Request? {
    guard var request = readHead() else { return nil }
    if let length = request["content-length"].flatMap({ Int($0) }) {
      guard let body = read(length) else { return nil }
      request.body = body
    } else if request["transfer-encoding"] == "chunked" {
      guard let body = readChunks() else { return nil }
      request.body = body
    }
    return request
  }

  /// The next request's head, its body left unread.
  func readHead() -> Request? {
    var lines: [String] = []
    while let line = readLine() {
      if line.isEmpty {
        server.count()
        return Request(lines: lines)
      }
      lines.append(line)
    }
    return nil
  }

  func read(_ count: Int) -> [UInt8]? {
    while buffer.count < count { guard fill() else { return nil } }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  func readChunks() -> [UInt8]? {
    var body: [UInt8] = []
    while let line = readLine(), let size = Int(line, radix: 16) {
      guard let chunk = read(size), readLine() == "" else { return nil }
      if size == 0 { return body }
      body += chunk
    }
    return nil
  }

  func readLine() -> String? {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        defer { buffer.removeFirst(end + 1) }
        return String(decoding: buffer[..<end].filter { $0 != 13 }, as: UTF8.self)
      }
      guard fill() else { return nil }
    }
  }

  /// Until the client closes.
  func waitForClose() {
    while fill() { buffer.removeAll() }
  }

  func send(_ text: String) {
    send(Array(text.utf8))
  }

  /// False when the client has closed.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        tls?.write($0) ?? Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      offset += count
    }
    return true
  }

  /// Sends RST instead of FIN.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  func close() {
    isClosed.withLock { isClosed in
      if !isClosed { Glibc.close(descriptor) }
      isClosed = true
    }
  }

  /// From another thread: whatever blocks, ends.
  func interrupt() {
    isClosed.withLock { if !$0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
  }

  private func fill() -> Bool {
    let count = withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { chunk in
      willBlock()
      let count = tls?.read(into: chunk) ?? recv(descriptor, chunk.baseAddress, chunk.count, 0)
      if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
      return count
    }
    return count > 0
  }
}

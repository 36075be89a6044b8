import Glibc

/// *Confined to* the thread that uses it, or to one that sends and one that receives: the descriptor is the kernel's to
/// guard. A blocking TCP socket: what a client, or a backend, really sends and gets.
package final class RawSocket: @unchecked Sendable {
  package struct Failure: Error {
    package let what: String
    package var code = errno

    package var isEnd = false
  }

  package let descriptor: Int32
  private var unread: ArraySlice<UInt8> = []
  private var isOpen = true

  /// Takes over a connected socket. Reads and writes give up after so many seconds (0: never), so that a fault fails a
  /// test instead of hanging it.
  package init(_ descriptor: Int32, patience seconds: Int = 60) {
    self.descriptor = descriptor
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Connects on loopback. `receiveBuffer`: of the kernel, in bytes.
  package convenience init(port: Int, receiveBuffer: Int32? = nil) throws {
    do {
      self.init(try Loopback.connect(port: UInt16(port), receiveBuffer: receiveBuffer))
    } catch {
      throw Failure(what: error.what, code: error.code)
    }
  }

  deinit { shut() }

  package func shut() {
    if isOpen { close(descriptor) }
    isOpen = false
  }

  /// The other end gets a reset instead of an orderly close.
  package func reset() {
    var setting = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
    shut()
  }

  package func finishSending() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  package func send(_ text: String) throws { try send(Array(text.utf8)) }

  package func send(_ bytes: [UInt8]) throws {
    willBlock()
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(what: "send") }
      sent += count
    }
  }

  /// From now on a send that can't go on for so long fails.
  package func giveUpSending(afterMilliseconds time: Int) {
    var patience = timeval(tv_sec: time / 1000, tv_usec: suseconds_t(time % 1000 * 1000))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  /// What there is, at least one byte. Throws at the end.
  package func receive(upTo limit: Int = 65536) throws -> [UInt8] {
    if unread.isEmpty { try fill() }
    let piece = Array(unread.prefix(limit))
    unread = unread.dropFirst(piece.count)
    return piece
  }

  private func fill() throws {
    willBlock()
    var buffer = [UInt8](repeating: 0, count: 65536)
    var count = 0
    // With a time limit a signal, or a stop, ends it for good.
    repeat { count = recv(descriptor, &buffer, buffer.count, 0) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw Failure(what: "receive") }
    buffer.removeLast(buffer.count - count)
    unread = unread.isEmpty ? buffer[...] : unread + buffer
    if count == 0 { throw Failure(what: "the end came", isEnd: true) }
  }

  package func receive(exactly count: Int) throws -> [UInt8] {
    while unread.count < count { try fill() }
    let bytes = Array(unread.prefix(count))
    unread = unread.dropFirst(count)
    return bytes
  }

  /// Up to and with `end`.
  package func receive(through end: String) throws -> String {
    let end = Array(end.utf8)
    var place = unread.startIndex
    while true {
      while place + end.count <= unread.endIndex {
        if unread[place] == end[0] && unread[place..<place + end.count].elementsEqual(end) {
          let text = String(decoding: unread[..<(place + end.count)], as: UTF8.self)
          unread = unread[(place + end.count)...]
          return text
        }
        place += 1
      }
      let looked = place - unread.startIndex
      try fill()
      place = unread.startIndex + looked
    }
  }

  /// Everything up to the other end's close; a reset is an end too.
  package func receiveAll() -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try? receive(), !piece.isEmpty { bytes += piece }
    return bytes
  }

  /// True: the other end closes, or resets, without another byte. False also where it does nothing for long.
  package func isAtEnd() -> Bool {
    do {
      return try receive().isEmpty
    } catch let failure as Failure {
      return failure.isEnd || failure.code == ECONNRESET
    } catch {
      return false
    }
  }

  /// True: the other end, whatever it sends before, breaks the connection off instead of closing it in order.
  package func isReset() -> Bool {
    while true {
      do {
        _ = try receive()
      } catch {
        return (error as? Failure).map { !$0.isEnd && $0.code == ECONNRESET } ?? false
      }
    }
  }
}

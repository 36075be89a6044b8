import Glibc
import TestSockets

/// A network with a round trip: passes on to a port of this machine what it gets, bytes and ends, each so much later.
/// A thread for each direction of a connection. Immutable.
final class SlowRelay: Sendable {
  let url: String
  private let listener: Int32

  init(to port: UInt16, delay milliseconds: UInt32) {
    let bound = Loopback.bind()
    let listener = bound.descriptor
    self.listener = listener
    url = "http://127.0.0.1:\(bound.port)"
    listen(listener, 4096)
    startThread {
      while case let near = accept(listener, nil, nil), near >= 0 {
        guard let far = try? Loopback.connect(port: port) else { continue }
        let (nearCopy, farCopy) = (dup(near), dup(far))
        startThread { Self.pump(from: near, to: far, milliseconds) }
        startThread { Self.pump(from: farCopy, to: nearCopy, milliseconds) }
      }
      close(listener)
    }
  }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// Ends with the end of what it reads, or once nobody takes it.
  private static func pump(from source: Int32, to sink: Int32, _ milliseconds: UInt32) {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    var count = 0
    repeat {
      count = recv(source, &bytes, bytes.count, 0)
      usleep(milliseconds * 1000)
      count = count > 0 ? send(sink, bytes, count, Int32(MSG_NOSIGNAL)) : count
    } while count > 0
    shutdown(sink, Int32(SHUT_WR))
    shutdown(source, Int32(SHUT_RD))
    close(source)
    close(sink)
  }
}

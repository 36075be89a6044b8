import Glibc
import TestSockets

/// *Immutable.* A backend on loopback that does what a test says, one thread a connection.
final class RawBackend: Sendable {
  let port: Int
  private let descriptor: Int32

  /// `serve` gets each connection; it is closed when `serve` returns.
  init(_ serve: @escaping @Sendable (RawSocket) throws -> Void) {
    let (descriptor, port) = Loopback.bind()
    listen(descriptor, 64)
    self.port = Int(port)
    self.descriptor = descriptor
    startThread {
      while true {
        let accepted = accept(descriptor, nil, nil)
        if accepted < 0 { return }
        startThread { try? serve(RawSocket(accepted)) }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  var url: String { "http://127.0.0.1:\(port)" }
}

import Foundation
import Glibc

/// A backend on loopback that does what a test says, one thread a connection.
final class RawBackend: @unchecked Sendable {  // immutable; the descriptor is closed once, by `deinit`
  let port: Int
  private let descriptor: Int32

  /// `serve` gets each connection; it is closed when `serve` returns.
  init(_ serve: @escaping @Sendable (RawSocket) throws -> Void) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        listen(descriptor, 64)
        getsockname(descriptor, $0, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.descriptor = descriptor
    Thread {
      while true {
        let accepted = accept(descriptor, nil, nil)
        if accepted < 0 { return }
        Thread { try? serve(RawSocket(accepted)) }.start()
      }
    }.start()
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  var url: String { "http://127.0.0.1:\(port)" }
}

import Glibc
import TestSockets

/// A port on which nothing is ever answered, held for as long as this object lives. Immutable.
final class DeadEnd: Sendable {
  enum Kind {
    /// Connecting is refused: bound, but not listening.
    case refusing
    /// Connecting never completes: listening, with its queue full.
    case silent
  }

  let port: UInt16
  private let descriptor: Int32
  private let fillers: [Int32]

  var url: String { "http://127.0.0.1:\(port)" }

  init(_ kind: Kind) throws {
    (descriptor, port) = Loopback.bind()
    guard kind == .silent else {
      fillers = []
      return
    }
    listen(descriptor, 0)
    var fillers: [Int32] = []
    for _ in 0..<4 {
      let filler = socket(
        AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      var address = Loopback.address(port: port)
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      fillers.append(filler)
    }
    self.fillers = fillers
  }

  deinit {
    for filler in fillers { close(filler) }
    close(descriptor)
  }
}

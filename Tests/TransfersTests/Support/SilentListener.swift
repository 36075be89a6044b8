import Glibc
import Testing

/// *Immutable.* A listener whose queue is full: no connection to it is ever made.
final class SilentListener: Sendable {
  let port: UInt16
  private let descriptors: [Int32]

  init(host: UInt32 = 0x7F00_0001) throws {
    let descriptors = (0..<9).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = host.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        _ = bind(descriptors[0], name, length)
        _ = getsockname(descriptors[0], name, &length)
        _ = listen(descriptors[0], 0)
        for filler in descriptors.dropFirst() { _ = connect(filler, name, length) }
      }
    }
    self.descriptors = descriptors
    port = UInt16(bigEndian: name.sin_port)
    try #require(port != 0)
  }

  func stop() {
    for descriptor in descriptors { close(descriptor) }
  }
}

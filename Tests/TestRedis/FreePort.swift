import Glibc
import Locking

/// Ports that were free a moment ago; each is given out once. Another process may still be faster: whoever binds one
/// has to be ready to try the next. A cluster's bus port is 10,000 above.
enum FreePort {
  private static let given = Locked<Set<Int>>([])

  static func next() throws -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: range)
      if isFree(port), isFree(port + 10_000), given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw RedisServer.Failure(what: "no free port")
  }

  /// Below the range the kernel gives out, also with 10,000 added, so that no outgoing connection takes it meanwhile.
  private static let range = 10_000..<22_000

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

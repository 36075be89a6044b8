import Glibc
import Locking

/// Ports that were free a moment ago; each is given out once. A cluster's bus port is 10,000 above.
enum FreePort {
  private static let given = Locked<Set<Int>>([])

  static func next() throws -> Int {
    for _ in 0..<1000 {
      let port = probe()
      if port > 0, given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw RedisServer.Failure(what: "no free port")
  }

  /// Below the range the kernel gives out, also with 10,000 added, so that no outgoing connection takes it meanwhile.
  private static func probe() -> Int {
    let wanted: UInt16 = UInt16.random(in: 10_000..<20_000)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return bound == 0 ? Int(wanted) : 0
  }
}

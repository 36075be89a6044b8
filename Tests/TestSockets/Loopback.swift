import Glibc

/// Addresses of this machine's loopback interface, the only one that tests use.
package enum Loopback {
  package struct Failure: Error {
    package let what: String
    /// As `errno` said.
    package let code: Int32
  }

  /// `host`: of 127.0.0.0/8, all of which are this machine's.
  package static func address(host: UInt32 = 0x7F00_0001, port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    return address
  }

  /// A blocking connection. `receiveBuffer`: the kernel's, in bytes; a small one lets a test be a slow reader.
  package static func connect(port: UInt16, receiveBuffer: Int32? = nil) throws(Failure) -> Int32 {
    let descriptor = socket(AF_INET)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = address(port: port)
    if call(descriptor, &address, Glibc.connect) { return descriptor }
    let failure = Failure(what: "connecting to port \(port)", code: errno)
    close(descriptor)
    throw failure
  }

  /// A socket bound to a free port (or to `port`), not listening yet: connections to it are refused.
  package static func bind(host: UInt32 = 0x7F00_0001, port: UInt16 = 0) -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET)
    var address = address(host: host, port: port)
    require(call(descriptor, &address, Glibc.bind), "binding a socket")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// For UDP; `nil` where somebody else has the port.
  package static func bindDatagrams(host: UInt32, port: UInt16) -> Int32? {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    require(descriptor >= 0, "opening a socket")
    var address = address(host: host, port: port)
    if call(descriptor, &address, Glibc.bind) { return descriptor }
    require(errno == EADDRINUSE, "binding port \(port)")
    close(descriptor)
    return nil
  }

  /// A socket bound to a path of the file system, not listening yet.
  package static func bind(path: String) -> Int32 {
    let descriptor = socket(AF_UNIX)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    require(call(descriptor, &address, Glibc.bind), "binding \(path)")
    return descriptor
  }

  private static func socket(_ family: Int32) -> Int32 {
    let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    require(descriptor >= 0, "opening a socket")
    return descriptor
  }

  private static func call<Address>(
    _ descriptor: Int32, _ address: inout Address, _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Bool {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
      }
    }
  }

  /// No test can go on without a socket of its own.
  private static func require(_ isDone: Bool, _ what: String) {
    precondition(isDone, "\(what): \(String(cString: strerror(errno)))")
  }
}

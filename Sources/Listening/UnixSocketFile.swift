import Glibc
import NIOCore

/// *Immutable.* A bound Unix socket and its file. A file that an ended process has left is replaced; one that somebody
/// listens on is not.
struct UnixSocketFile: Sendable {
  /// Whoever gets it closes it.
  let descriptor: CInt
  private let path: String
  private let inode: UInt64

  /// - Parameters:
  ///   - path: of at most 107 bytes.
  ///   - mode: permissions of the file, from its beginning on; the process's mask is not asked.
  init(_ path: String, mode: UInt32) throws(IOError) {
    try Self.clear(path)
    let descriptor = try Self.bind(path, mode)
    var status = stat()
    guard chmod(path, mode) == 0, stat(path, &status) == 0 else {
      let error = IOError(errnoCode: errno, reason: "chmod")
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }

  /// Of a socket that is bound already.
  init(_ path: String, of descriptor: CInt) {
    var status = stat()
    self.descriptor = descriptor
    self.path = path
    inode = lstat(path, &status) == 0 ? UInt64(truncatingIfNeeded: status.st_ino) : 0
  }

  /// Removes the file, where it still is this one.
  func remove() {
    var status = stat()
    if lstat(path, &status) == 0 && UInt64(truncatingIfNeeded: status.st_ino) == inode { unlink(path) }
  }

  /// Linux gives the file the permissions that the socket has, less the process's mask: nobody else may connect before
  /// `chmod` has been called.
  private static func bind(_ path: String, _ mode: UInt32) throws(IOError) -> CInt {
    let descriptor = socket(AF_UNIX, stream, 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    guard fchmod(descriptor, mode) == 0, withAddress(path, { Glibc.bind(descriptor, $0, $1) }) == 0 else {
      let error = IOError(errnoCode: errno, reason: "bind")
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func clear(_ path: String) throws(IOError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw IOError(errnoCode: EEXIST, reason: "it is no socket") }
    let probe = socket(AF_UNIX, stream, 0)
    defer { Glibc.close(probe) }
    let isServed = withAddress(path) { Glibc.connect(probe, $0, $1) } == 0 || errno != ECONNREFUSED
    guard !isServed else { throw IOError(errnoCode: EADDRINUSE, reason: "somebody listens on it") }
    unlink(path)
  }

  private static let stream = CInt(
    truncatingIfNeeded: SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

  private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

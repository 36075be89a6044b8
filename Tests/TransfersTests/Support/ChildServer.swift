import Foundation
import Locking
import Reactor
import TestSockets

/// *Immutable.* A server program in a process of its own, ended by its id.
final class ChildServer: Sendable {
  /// Debian: nghttp2-server.
  static let nghttpd = ["/usr/bin/nghttpd", "/usr/sbin/nghttpd", "/usr/local/bin/nghttpd"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  let port: Int
  private let identifier: pid_t

  /// `arguments` get the port that it is to listen on; ready when a connection is taken. Tries again with another port
  /// where somebody else was quicker.
  init(_ program: String, _ arguments: (Int) -> [String]) throws {
    for _ in 0..<10 {
      let port = Self.freePort()
      let identifier = try spawn([program] + arguments(port))
      if Self.isReady(identifier, port) {
        self.port = port
        self.identifier = identifier
        return
      }
      kill(identifier, SIGKILL)
      waitpid(identifier, nil, 0)
    }
    throw CocoaError(.executableLoad)
  }

  private static func isReady(_ identifier: pid_t, _ port: Int) -> Bool {
    willBlock()
    for _ in 0..<4000 where waitpid(identifier, nil, WNOHANG) == 0 {
      if accepts(port) { return true }
      usleep(5000)
    }
    return false
  }

  func stop() {
    kill(identifier, SIGKILL)
    waitpid(identifier, nil, 0)
  }

  /// Runs a program to its end.
  static func run(_ program: String, _ arguments: [String]) throws {
    willBlock()
    let identifier = try spawn([program] + arguments)
    var status: Int32 = 0
    guard waitpid(identifier, &status, 0) == identifier, status == 0 else { throw CocoaError(.executableLoad) }
  }

  private static let given = Locked(Set<Int>())

  /// nghttpd can't choose a port by itself. Outside of the range that the system gives away, so that no socket of
  /// another test gets it in between, and never twice in this process.
  private static func freePort() -> Int {
    while true {
      let port = Int.random(in: 61_000..<65_000)
      let isNew = given.withLock { $0.insert(port).inserted }
      let isFree = withSocket(port: port) { bind($0, $1, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
      if isNew, isFree { return port }
    }
  }

  private static func accepts(_ port: Int) -> Bool {
    withSocket(port: port) { connect($0, $1, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
  }

  private static func withSocket<R>(
    port: Int = 0, _ body: (Int32, UnsafeMutablePointer<sockaddr>) throws -> R
  ) rethrows -> R {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    name.sin_port = UInt16(port).bigEndian
    return try withUnsafeMutablePointer(to: &name) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body(descriptor, $0) }
    }
  }
}

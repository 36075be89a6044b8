import Glibc
import Locking
import Messages
import NIOCore
import Plans

/// A listening socket that this process has not made: a supervisor has, or the process that it takes over from. A value;
/// whoever gets it closes it.
package struct HandedSocket: Sendable {
  package let descriptor: CInt
  package let address: ListenerPlan.Address
  /// A supervisor has it, too, and listens on after this process: nobody is kept out at its end, and no file removed.
  package let isHeld: Bool

  /// The first descriptor that a supervisor passes (sd_listen_fds(3)).
  private static let first: CInt = 3
  private static let mostOfSupervisor: CInt = 256

  /// Throws where it is no socket that connections are accepted from.
  package init(_ descriptor: CInt, isHeld: Bool) throws(HandedSocketFault) {
    guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1,
      Self.option(SO_TYPE, of: descriptor) == CInt(truncatingIfNeeded: SOCK_STREAM.rawValue),
      let address = Self.address(of: descriptor)
    else { throw HandedSocketFault(descriptor: descriptor) }
    self.descriptor = descriptor
    self.address = address
    self.isHeld = isHeld
  }

  /// What a supervisor passes to this process, by `LISTEN_FDS`; none where it passes it to another.
  package static func ofSupervisor(_ environment: [String: String]) throws(HandedSocketFault) -> [HandedSocket] {
    guard environment["LISTEN_PID"] == "\(getpid())", let count = environment["LISTEN_FDS"].flatMap({ CInt($0) }),
      (0...mostOfSupervisor).contains(count)
    else { return [] }
    var sockets: [HandedSocket] = []
    for descriptor in first..<(first + count) {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      sockets.append(try HandedSocket(descriptor, isHeld: true))
    }
    return sockets
  }

  /// Clients that connect to `wanted` come by it.
  func serves(_ wanted: ListenerPlan.Address) -> Bool {
    switch (address, wanted) {
    case (.unix(let one, _), .unix(let two, _)): return one == two
    case (.tcp(let one), .tcp(let two)):
      guard one.port == two.port else { return false }
      if one.host == two.host || two.host == "localhost" && one.isLoopback { return true }
      guard let one = IPAddress(one.host), let two = IPAddress(two.host) else { return false }
      return one == two || one.isAny && two.isAny
    default: return false
    }
  }

  private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  private static func address(of descriptor: CInt) -> ListenerPlan.Address? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let isKnown = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size) == 0
      }
      guard isKnown else { return nil }
      switch CInt(pointer.pointee.ss_family) {
      case AF_INET:
        return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
          text(AF_INET, &name.pointee.sin_addr, in_port_t(bigEndian: name.pointee.sin_port))
        }
      case AF_INET6:
        return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { name in
          text(AF_INET6, &name.pointee.sin6_addr, in_port_t(bigEndian: name.pointee.sin6_port))
        }
      case AF_UNIX:
        return pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { name in
          let path = withUnsafeBytes(of: &name.pointee.sun_path) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          }
          return path.hasPrefix("/") ? .unix(path: path, mode: ListenerPlan.Address.defaultMode) : nil
        }
      default: return nil
      }
    }
  }

  private static func text(_ family: CInt, _ address: UnsafeRawPointer, _ port: in_port_t) -> ListenerPlan.Address? {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, address, &text, socklen_t(INET6_ADDRSTRLEN)) != nil else { return nil }
    let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return .tcp(ListenAddress(host: host, port: Int(widening: port)))
  }
}

/// A descriptor that was passed is no listening socket of TCP or a file.
package struct HandedSocketFault: Error, CustomStringConvertible {
  let descriptor: CInt

  package var description: String {
    "descriptor \(descriptor), which was passed to this process, is no listening socket"
  }
}

/// *Guarded by its lock.* Those that were handed to this process, until its listeners take theirs.
package final class HandedSockets: Sendable {
  private let sockets: Locked<[HandedSocket]>

  package init(_ sockets: [HandedSocket]) {
    self.sockets = Locked(sockets)
  }

  func take(_ address: ListenerPlan.Address) -> HandedSocket? {
    sockets.withLock { sockets in
      sockets.firstIndex { $0.serves(address) }.map { sockets.remove(at: $0) }
    }
  }

  /// Closes those that nobody took.
  /// - Returns: the addresses of those that a supervisor has.
  package func closeRest() -> [ListenerPlan.Address] {
    let rest = sockets.withLock { sockets in
      defer { sockets = [] }
      return sockets
    }
    for socket in rest { close(socket.descriptor) }
    return rest.filter(\.isHeld).map(\.address)
  }
}

import Glibc

/// A message on a socket of the file system's family that carries descriptors (unix(7), SCM_RIGHTS): a mark, and a byte for
/// each descriptor that says what it is.
enum PassedSockets {
  enum Kind: UInt8 {
    case own = 0x6F
    /// A supervisor has it, too.
    case held = 0x68
    /// The one by which the next process asks.
    case door = 0x64
  }

  /// As many as Linux takes at a time, but for some.
  static let most = 250
  private static let mark = Array("weft takeover 1\n".utf8)
  /// `cmsghdr` before its data.
  private static let headerSize = 16

  static func send(_ sockets: [(descriptor: CInt, kind: Kind)], on connection: CInt) -> Bool {
    var body = mark + sockets.map(\.kind.rawValue)
    let descriptors = sockets.map(\.descriptor)
    let size = headerSize + descriptors.count * MemoryLayout<CInt>.size
    return withUnsafeTemporaryAllocation(byteCount: (size + 7) & ~7, alignment: 8) { control in
      control.initializeMemory(as: UInt8.self, repeating: 0)
      control.storeBytes(of: size, as: Int.self)
      control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: CInt.self)
      control.storeBytes(of: rights, toByteOffset: 12, as: CInt.self)
      let data = UnsafeMutableRawBufferPointer(rebasing: control[headerSize...])
      descriptors.withUnsafeBytes { data.copyMemory(from: $0) }
      return body.withUnsafeMutableBytes { bytes in
        var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
          var message = msghdr()
          message.msg_iov = vector
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = size
          return sendmsg(connection, &message, CInt(MSG_NOSIGNAL)) == bytes.count
        }
      }
    }
  }

  /// What came is the caller's to close; `nil`: nothing, or something else.
  static func receive(on connection: CInt) -> [(descriptor: CInt, kind: Kind)]? {
    var body = [UInt8](repeating: 0, count: mark.count + most)
    let most = headerSize + most * MemoryLayout<CInt>.size
    return withUnsafeTemporaryAllocation(byteCount: (most + 7) & ~7, alignment: 8) { control in
      var count = 0
      var controlSize = 0
      body.withUnsafeMutableBytes { bytes in
        var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        withUnsafeMutablePointer(to: &vector) { vector in
          var message = msghdr()
          message.msg_iov = vector
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          count = recvmsg(connection, &message, CInt(MSG_CMSG_CLOEXEC))
          controlSize = message.msg_controllen
        }
      }
      let descriptors = descriptors(in: control, controlSize)
      let kinds = body.prefix(max(0, count)).dropFirst(mark.count).compactMap { Kind(rawValue: $0) }
      guard count >= mark.count, body.starts(with: mark), kinds.count == descriptors.count else {
        for descriptor in descriptors { close(descriptor) }
        return nil
      }
      return zip(descriptors, kinds).map { ($0, $1) }
    }
  }

  private static func descriptors(in control: UnsafeMutableRawBufferPointer, _ size: Int) -> [CInt] {
    guard size >= headerSize, control.load(fromByteOffset: 8, as: CInt.self) == SOL_SOCKET,
      control.load(fromByteOffset: 12, as: CInt.self) == rights
    else { return [] }
    let length = min(control.load(as: Int.self), size)
    return stride(from: headerSize, to: length, by: MemoryLayout<CInt>.size).map {
      control.load(fromByteOffset: $0, as: CInt.self)
    }
  }

  /// `SCM_RIGHTS`.
  private static let rights: CInt = 1
}

/// A socket in the abstract namespace, by which one process of a user reaches another.
enum TakeoverAddress {
  /// Boundaries of messages are kept.
  private static let type = CInt(truncatingIfNeeded: SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)

  /// Listens as the gateway with this admin address; `nil`, with `errno`: somebody does.
  static func listen(_ admin: String) -> CInt? {
    open(admin) { Glibc.bind($0, $1, $2) == 0 && Glibc.listen($0, 4) == 0 }
  }

  /// Reaches the gateway with this admin address; `nil`, with `errno`: there is none.
  static func connect(_ admin: String) -> CInt? {
    open(admin) { Glibc.connect($0, $1, $2) == 0 }
  }

  /// Whether the process at the other end is of the same user.
  static func isOwn(_ connection: CInt) -> Bool {
    var peer = Credentials()
    var size = socklen_t(MemoryLayout<Credentials>.size)
    return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid()
  }

  /// `ucred` of unix(7), which Swift does not see.
  private struct Credentials {
    var pid: pid_t = 0
    var uid: uid_t = .max
    var gid: gid_t = .max
  }

  private static func open(
    _ admin: String, _ use: (CInt, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> CInt? {
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array("\0weft-takeover/\(admin)".utf8.prefix(MemoryLayout.size(ofValue: address.sun_path)))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let isUsable = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(descriptor, $0, size) }
    }
    if isUsable { return descriptor }
    let error = errno
    close(descriptor)
    errno = error
    return nil
  }
}

import Glibc

/// A file that somebody names in a definition, read whole. A value.
package struct NamedFile: Sendable {
  package let bytes: [UInt8]
  /// Permissions: the lower nine bits of its mode.
  package let mode: mode_t
  /// It is of the user that the process runs as.
  package let isOwn: Bool

  /// Reads a regular file of no more than so many bytes. Blocks, and not for whoever writes to a pipe.
  package init(_ path: String, atMost most: Int) throws(NamedFileFault) {
    let (descriptor, status) = try Self.open(path)
    defer { close(descriptor) }
    guard Int(clamping: status.st_size) <= most else { throw .tooLarge(most) }
    // One byte more: it may have grown meanwhile.
    bytes = try Self.read(descriptor, atMost: most + 1)
    guard bytes.count <= most else { throw .tooLarge(most) }
    mode = status.st_mode & 0o777
    isOwn = status.st_uid == geteuid()
  }

  /// Tells what would keep a file from being read.
  package static func check(_ path: String) throws(NamedFileFault) {
    close(try open(path).descriptor)
  }

  /// The text.
  /// - Parameter isEmptyAllowed: nothing but white space is a text, too.
  package func text(isEmptyAllowed: Bool = false) throws(NamedFileFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    guard isEmptyAllowed || !text.allSatisfy(\.isWhitespace) else { throw .empty }
    return text
  }

  private static func open(_ path: String) throws(NamedFileFault) -> (descriptor: CInt, status: stat) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    // ENXIO: a socket.
    guard descriptor >= 0 else { throw errno == ENXIO ? NamedFileFault.special : NamedFileFault(errno: errno) }
    var status = stat()
    let fault: NamedFileFault? =
      if fstat(descriptor, &status) != 0 { NamedFileFault(errno: errno) } else {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: .folder
        default: .special
        }
      }
    if let fault {
      close(descriptor)
      throw fault
    }
    return (descriptor, status)
  }

  private static func read(_ descriptor: CInt, atMost most: Int) throws(NamedFileFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var failure: CInt = 0
    while bytes.count < most {
      let room = min(most - bytes.count, 64 * 1024)
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        let taken = Glibc.read(descriptor, buffer.baseAddress, room)
        failure = taken < 0 ? errno : 0
        count = max(0, taken)
      }
      if failure == EINTR { continue }
      if failure != 0 { throw NamedFileFault(errno: failure) }
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }
}

/// Why a file that is named can't be used.
package enum NamedFileFault: Error, Hashable, Sendable {
  case missing, folder
  /// A pipe, a socket, a device.
  case special
  /// The bound, in bytes.
  case tooLarge(Int)
  case empty
  case notText
  /// `errno`.
  case unreadable(CInt)

  init(errno number: CInt) {
    self = number == ENOENT || number == ENOTDIR ? .missing : .unreadable(number)
  }

  /// A sentence's end, whose beginning is the file's name.
  package var words: String {
    switch self {
    case .missing: "does not exist"
    case .folder: "is a folder, and no file"
    case .special: "is no file"
    case .tooLarge(let most): "is larger than \(most >= 1 << 20 ? "\(most >> 20)MiB" : "\(most >> 10)KiB")"
    case .empty: "is empty"
    case .notText: "is not UTF-8"
    case .unreadable(let number): "can't be read: \(String(cString: strerror(number)))"
    }
  }
}

import Glibc

/// A file that was read whole, and who may read it.
struct CertificateFile {
  static let largest = 1 << 20

  let path: String
  let bytes: [UInt8]
  let mode: mode_t
  /// Others than the process may read it: the group counts where the file is this user's own, who has no need of it.
  let isReadByOthers: Bool

  /// Blocks.
  init(_ path: String, as subject: CertificateFault.Subject) throws(CertificateFault) {
    // Not waiting for whoever writes to a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path, subject) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, subject) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CertificateFault(subject, path, "is no file") }
    var bytes = [UInt8](repeating: 0, count: Self.largest + 1)
    var count = 0
    while count < bytes.count {
      let more = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
      guard more >= 0 else { throw Self.unreadable(path, subject) }
      if more == 0 { break }
      count += more
    }
    guard count <= Self.largest else { throw CertificateFault(subject, path, "is larger than 1 MiB") }
    self.path = path
    self.bytes = Array(bytes[..<count])
    mode = status.st_mode & 0o777
    isReadByOthers = mode & (status.st_uid == geteuid() ? 0o077 : 0o037) != 0
  }

  private static func unreadable(_ path: String, _ subject: CertificateFault.Subject) -> CertificateFault {
    CertificateFault(subject, path, "can't be read: \(String(cString: strerror(errno)))")
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Of ASN.1 in DER: it begins with a sequence.
  var isDER: Bool { bytes.first == 0x30 }
}

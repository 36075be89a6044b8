import Glibc
import NamedFiles

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
    do throws(NamedFileFault) {
      let file = try NamedFile(path, atMost: Self.largest)
      guard !file.bytes.isEmpty else { throw .empty }
      self.path = path
      bytes = file.bytes
      mode = file.mode
      isReadByOthers = mode & (file.isOwn ? 0o077 : 0o037) != 0
    } catch {
      throw CertificateFault(subject, path, error.words)
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Of ASN.1 in DER: it begins with a sequence.
  var isDER: Bool { bytes.first == 0x30 }
}

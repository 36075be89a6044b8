import COpenSSL
import NIOSSL

/// A certificate, its chain and its key in one file (RFC 7292).
enum PKCS12File {
  typealias Contents = (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey)

  private struct Parts {
    var key: [UInt8]?
    var certificates: [[UInt8]] = []
  }

  static func contents(_ file: CertificateFile, _ passphrase: String?) throws(CertificateFault) -> Contents {
    let parts = try parts(of: file, passphrase)
    guard let bytes = parts.key, let key = try? NIOSSLPrivateKey(bytes: bytes, format: .der) else {
      throw CertificateFault(.pkcs12, file.path, "holds no private key that can be used")
    }
    let chain = parts.certificates.compactMap { try? NIOSSLCertificate(bytes: $0, format: .der) }
    guard !chain.isEmpty, chain.count == parts.certificates.count else {
      throw CertificateFault(.pkcs12, file.path, "holds no certificate that can be read")
    }
    return (chain, key)
  }

  private static func parts(of file: CertificateFile, _ passphrase: String?) throws(CertificateFault) -> Parts {
    var parts = Parts()
    let end = withUnsafeMutablePointer(to: &parts) { parts in
      weft_pkcs12_open(file.bytes, file.bytes.count, passphrase, parts) { context, part, der, length in
        guard let parts = context?.assumingMemoryBound(to: Parts.self), let der, length > 0 else { return }
        let bytes = Array(UnsafeBufferPointer(start: der, count: Int(clamping: length)))
        if part == weft_pkcs12_key {
          parts.pointee.key = bytes
        } else {
          parts.pointee.certificates.append(bytes)
        }
      }
    }
    switch end {
    case weft_pkcs12_read: return parts
    case weft_pkcs12_none: throw CertificateFault(.pkcs12, file.path, "is no PKCS #12 file")
    default:
      throw CertificateFault(
        passphrase == nil ? .pkcs12 : .passphrase, file.path,
        passphrase == nil ? "can't be opened without a passphrase" : "can't be opened by this passphrase",
        hint: passphrase == nil ? "give its `passphrase: { file: PATH }`" : nil)
    }
  }
}

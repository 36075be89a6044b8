import COpenSSL
import Messages
import NIOSSL
import Timing

/// What is told of a client's certificate.
extension NIOSSLCertificate {
  /// RFC 4514; empty where it can't be told.
  package var subject: String { name(isIssuer: false) }
  package var issuer: String { name(isIssuer: true) }

  private func name(isIssuer: Bool) -> String {
    guard let der = try? toDERBytes() else { return "" }
    var text = ""
    withUnsafeMutablePointer(to: &text) { text in
      weft_x509_name(der, der.count, isIssuer ? 1 : 0, text) { context, bytes, count in
        guard let text = context?.assumingMemoryBound(to: String.self), let bytes else { return }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        text.pointee = String(decoding: buffer, as: UTF8.self)
      }
    }
    return text
  }

  /// SHA-256, in hex.
  package var fingerprint: String {
    guard let der = try? toDERBytes() else { return "" }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(der, der.count, &digest)
    return digest.withUnsafeBytes { Hexadecimal.text($0) }
  }

  /// In hex, without leading zeros.
  package var serial: String {
    let digits = serialNumber.withUnsafeBytes { Hexadecimal.text($0) }.drop { $0 == "0" }
    return digits.isEmpty ? "0" : String(digits)
  }

  /// Subject alternative names of the kinds that clients have.
  package var alternativeNames: [String] {
    _subjectAlternativeNames().compactMap { name in
      switch name.nameType {
      case .dnsName: "DNS:" + String(decoding: name.contents, as: UTF8.self)
      case .uri: "URI:" + String(decoding: name.contents, as: UTF8.self)
      case .email: "email:" + String(decoding: name.contents, as: UTF8.self)
      case .ipAddress: IPAddress(bytes: Array(name.contents)).map { "IP:\($0.text)" }
      default: nil
      }
    }
  }

  /// RFC 3339, in UTC.
  package var end: String { Timestamp.text(seconds: notValidAfter, milliseconds: 0).prefix(19) + "Z" }
}

import CX509
import Glibc
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
    return Self.hex(digest)
  }

  /// In hex, without leading zeros.
  package var serial: String {
    let digits = Self.hex(serialNumber).drop { $0 == "0" }
    return digits.isEmpty ? "0" : String(digits)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { byte in [byte >> 4, byte & 15].map { $0 + ($0 < 10 ? 48 : 87) } }, as: UTF8.self)
  }

  /// Subject alternative names of the kinds that clients have.
  package var alternativeNames: [String] {
    _subjectAlternativeNames().compactMap { name in
      switch name.nameType {
      case .dnsName: "DNS:" + String(decoding: name.contents, as: UTF8.self)
      case .uri: "URI:" + String(decoding: name.contents, as: UTF8.self)
      case .email: "email:" + String(decoding: name.contents, as: UTF8.self)
      case .ipAddress: Self.address(Array(name.contents)).map { "IP:\($0)" }
      default: nil
      }
    }
  }

  private static func address(_ bytes: [UInt8]) -> String? {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
      return nil
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// RFC 3339, in UTC.
  package var end: String { Timestamp.text(seconds: notValidAfter, milliseconds: 0).prefix(19) + "Z" }
}

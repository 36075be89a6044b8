/// What a handshake agreed on, by its number (IANA's TLS Cipher Suites). A value.
package struct CipherSuite: RawRepresentable, Equatable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Of a server's first record (RFC 8446 §4.1.3): behind its head, the version, the random and the session.
  package init?(serverHello record: some RandomAccessCollection<UInt8>) {
    let bytes = record.prefix(44 + 32 + 2)
    guard bytes.first == 22, bytes.dropFirst(5).first == 2, let session = bytes.dropFirst(43).first else { return nil }
    let suite = bytes.dropFirst(44 + Int(truncatingIfNeeded: session)).prefix(2)
    guard suite.count == 2 else { return nil }
    rawValue = suite.reduce(0) { $0 << 8 | UInt16(truncatingIfNeeded: $1) }
  }

  /// RFC 9113 §9.2.2: forward secrecy and authenticated encryption.
  package var isForHTTP2: Bool { rawValue >> 8 == 0x13 || Self.modern[rawValue] != nil }

  /// OpenSSL's.
  package var name: String {
    Self.names13[rawValue] ?? Self.modern[rawValue] ?? Self.legacy[rawValue] ?? "0x" + String(rawValue, radix: 16)
  }

  private static let names13: [UInt16: String] = [
    0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256",
  ]

  private static let modern: [UInt16: String] = [
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256", 0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256", 0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305", 0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
  ]

  /// What else BoringSSL has, but for those of shared keys.
  private static let legacy: [UInt16: String] = [
    0x000A: "DES-CBC3-SHA", 0x002F: "AES128-SHA", 0x0035: "AES256-SHA", 0x009C: "AES128-GCM-SHA256",
    0x009D: "AES256-GCM-SHA384", 0xC009: "ECDHE-ECDSA-AES128-SHA", 0xC00A: "ECDHE-ECDSA-AES256-SHA",
    0xC013: "ECDHE-RSA-AES128-SHA", 0xC014: "ECDHE-RSA-AES256-SHA", 0xC027: "ECDHE-RSA-AES128-SHA256",
  ]
}

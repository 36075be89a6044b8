import Messages

/// The slot, of a cluster's 16,384, that a key belongs to: CRC16 (XMODEM) of the key, or of what stands between its first
/// `{` and the next `}` if that is not empty (Redis Cluster specification, "Hash tags").
enum HashSlot {
  static let count: UInt16 = 16_384
  static let all: ClosedRange<UInt16> = 0...(count - 1)

  static func of(_ key: [UInt8]) -> UInt16 {
    crc(hashed(key)) % count
  }

  private static func hashed(_ key: [UInt8]) -> ArraySlice<UInt8> {
    guard let open = key.firstIndex(of: 0x7B),
      let close = key[(open + 1)...].firstIndex(of: 0x7D), close > open + 1
    else { return key[...] }
    return key[(open + 1)..<close]
  }

  private static let table: [UInt16] = (0..<256).map { byte in
    var crc = UInt16(truncatingIfNeeded: byte) << 8
    for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    return crc
  }

  private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    bytes.reduce(0) { crc, byte in crc << 8 ^ table[Int(widening: crc >> 8 ^ UInt16(truncatingIfNeeded: byte))] }
  }
}

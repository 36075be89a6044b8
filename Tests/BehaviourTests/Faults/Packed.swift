import Foundation

/// Bytes in content codings: gzip (RFC 1952) where no other is named.
enum Packed {
  /// `17`: a head of 10 bytes, 4 of data, the checksum and the length.
  static let number: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x33, 0x34, 7, 0, 0x42, 0xB0, 0x39, 0x3F, 2, 0, 0, 0,
  ]

  /// `17` as a bare stream (RFC 1951), and with zlib's head and checksum around it (RFC 1950).
  static let deflate: [UInt8] = [0x33, 0x34, 7, 0]
  static let zlib: [UInt8] = [0x78, 0x9C] + deflate + [0, 0x9B, 0, 0x69]
  /// `17` in brotli (RFC 7932).
  static let brotli: [UInt8] = [0x8B, 0, 0x80, 0x31, 0x37, 3]
  /// `17` in a Zstandard frame (RFC 8878) with a checksum.
  static let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x24, 2, 0x11, 0, 0, 0x31, 0x37, 0x60, 0x12, 0x23, 0x93]

  /// 64 MiB of zeros.
  static let brotliBomb: [UInt8] = [
    0xCF, 0xFF, 0xFF, 0x7F, 0x00, 0x24, 0x00, 0xE2, 0xB1, 0x40, 0x72, 0xEF, 0xFF, 0xF9, 0xFF, 0xFF, 0x0F, 0x80, 0x04,
    0x40, 0x1C, 0x16, 0x80, 0xEE, 0xFD, 0x3F, 0xFF, 0xFF, 0xFF, 0x01, 0x90, 0x00, 0x88, 0xC3, 0x02, 0xD0, 0xBD, 0xFF,
    0xCF, 0xFF, 0xFF, 0x7F, 0x00, 0x12, 0x00, 0x71, 0x58, 0x00, 0xBA, 0xF7, 0xFF,
  ]
  /// 64 MiB of zeros: 512 blocks that say "this byte, 128 KiB of it", the last of them marked.
  static let zstdBomb: [UInt8] =
    [0x28, 0xB5, 0x2F, 0xFD, 0, 0x50] + (0..<512).flatMap { [$0 == 511 ? 3 : 2, 0, 0x10, 0] as [UInt8] }
  /// A frame whose window is 16 MiB.
  static let zstdWideWindow: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x70, 0x11, 0, 0, 0x31, 0x37]

  static let zlibBomb = made(
    by: "{ printf '\\170\\234'; head -c 67108864 /dev/zero | gzip -9n | tail -c +11 | head -c -8; }")
  /// `17` packed twice.
  static let nested = made(by: "printf 17 | gzip -9n | gzip -9n")
  /// 10 MiB of streams that hold nothing, packed.
  static let hollowBomb = made(
    by: "printf '' | gzip -9n > e; for i in $(seq 19); do cat e e > f; mv f e; done; gzip -9n < e")

  static var wrongChecksum: [UInt8] {
    var bytes = number
    bytes[14] ^= 1
    return bytes
  }

  /// 64 MiB of zeros.
  static let bomb = made(by: "head -c 67108864 /dev/zero | gzip -9n")

  /// The same, packed twice.
  static let nestedBomb = made(by: "head -c 67108864 /dev/zero | gzip -9n | gzip -9n")

  private static func made(by command: String) -> [UInt8] {
    do {
      let folder = try TemporaryFolder()
      let child = try ChildProcess("/bin/sh", ["-c", "cd \(folder.path) && { \(command); } > packed"])
      guard child.waitForExit() == 0 else { return [] }
      return [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/packed")))
    } catch {
      return []
    }
  }
}

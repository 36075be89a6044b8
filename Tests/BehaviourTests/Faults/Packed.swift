import Foundation

/// Bytes packed by gzip (RFC 1952).
enum Packed {
  /// `17`: a head of 10 bytes, 4 of data, the checksum and the length.
  static let number: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x33, 0x34, 7, 0, 0x42, 0xB0, 0x39, 0x3F, 2, 0, 0, 0,
  ]

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
      let child = try ChildProcess("/bin/sh", ["-c", "\(command) > \(folder.path)/packed"])
      guard child.waitForExit() == 0 else { return [] }
      return [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/packed")))
    } catch {
      return []
    }
  }
}

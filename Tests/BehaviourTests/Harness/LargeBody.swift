import Glibc
import TestInputs

/// Bodies of about a mebibyte, no two of them alike and nowhere repeating: cut from one text of random bytes, made
/// once.
enum LargeBody {
  static let variants = 64
  private static let size = 1 << 20
  private static let step = 997
  private static let text: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: size + variants * 2 * step)
    var dice = Dice(seed: 1)
    bytes.withUnsafeMutableBytes { buffer in
      for offset in stride(from: 0, to: buffer.count - 7, by: 8) {
        buffer.storeBytes(of: dice.next(), toByteOffset: offset, as: UInt64.self)
      }
    }
    return bytes
  }()

  static func of(_ number: Int) -> [UInt8] { Array(text[range(number)]) }

  static func count(_ number: Int) -> Int { range(number).count }

  /// Whether the body goes on so from `offset`.
  static func continues(_ number: Int, at offset: Int, with bytes: [UInt8]) -> Bool {
    let range = range(number)
    guard offset + bytes.count <= range.count else { return false }
    // memcmp: a debug build compares arrays byte by byte, through witnesses.
    return text.withUnsafeBytes { text in
      bytes.withUnsafeBytes { memcmp(text.baseAddress! + range.lowerBound + offset, $0.baseAddress!, $0.count) == 0 }
    }
  }

  /// Reads an answer, with a pause (in microseconds) after every part that came, and compares it. How much of it came
  /// and was right: less than `count` where it broke off or was another.
  static func receive(_ number: Int, from client: RawClient, pausing pause: UInt32 = 0) throws -> Int {
    guard let head = try client.stream.readHead(), head["content-length"] == "\(count(number))" else { return 0 }
    var offset = 0
    while offset < count(number) {
      let bytes = try client.stream.read()
      guard !bytes.isEmpty, continues(number, at: offset, with: bytes) else { break }
      offset += bytes.count
      if pause > 0 { usleep(pause) }
    }
    return offset
  }

  private static func range(_ number: Int) -> Range<Int> {
    let variant = number % variants
    return (variant * step)..<(variant * 2 * step + size)
  }
}

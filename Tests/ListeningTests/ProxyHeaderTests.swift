import Messages
import NIOCore
import Testing

@testable import Listening

@Suite struct ProxyHeaderTests {
  private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

  private static func binary(_ version: UInt8, _ family: UInt8, _ rest: [UInt8], length: Int? = nil) -> [UInt8] {
    let length = length ?? rest.count
    return signature + [version, family, UInt8(length >> 8), UInt8(length & 255)] + rest
  }

  /// What it makes of the bytes, and of each beginning of them that they need more.
  private func read(_ bytes: [UInt8]) throws -> (source: String?, rest: String) {
    var buffer = ByteBuffer(bytes: bytes)
    let header = try #require(try ProxyHeader.read(&buffer))
    for count in 0..<(bytes.count - buffer.readableBytes) {
      var part = ByteBuffer(bytes: bytes.prefix(count))
      #expect(try ProxyHeader.read(&part) == nil && part.readableBytes == count)
    }
    return (header.source?.text, String(buffer: buffer))
  }

  @Test(arguments: [
    ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1"),
    ("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "2001:db8::1"), ("PROXY UNKNOWN\r\n", nil),
    ("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 1 2\r\n", "192.0.2.1"),
    ("PROXY UNKNOWN 2001:db8::1 ffff::2 1 2\r\n", nil),
  ])
  func lines(_ line: String, _ source: String?) throws {
    let result = try read(Array((line + "GET /").utf8))
    #expect(result.source == source && result.rest == "GET /")
  }

  @Test func addressesInBytes() throws {
    let four: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 3, 4]
    let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1] + Array(repeating: 9, count: 20)
    for (bytes, source) in [
      (Self.binary(0x21, 0x11, four), "192.0.2.1"), (Self.binary(0x21, 0x12, four), "192.0.2.1"),
      (Self.binary(0x21, 0x21, six), "2001:db8::1"), (Self.binary(0x21, 0x11, four + [3, 0, 1, 7]), "192.0.2.1"),
      (Self.binary(0x20, 0x11, four), nil), (Self.binary(0x21, 0x00, []), nil),
      (Self.binary(0x21, 0x31, Array(repeating: 1, count: 216)), nil), (Self.binary(0x20, 0, []), nil),
    ] {
      let result = try read(bytes + Array("GET /".utf8))
      #expect(result.source == source && result.rest == "GET /", "\(bytes)")
    }
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 56324\r\n", "PROXY TCP4 a b 1 2\r\n",
    "PROXY TCP4 ::ffff:192.0.2.1 ::ffff:192.0.2.2 1 2\r\n", "PROXY TCP6 2001:db8::1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
    "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
    "PROXY UDP4 1.1.1.1 1.1.1.1 1 2\r\n",
    "PROXY UNKNOWN " + String(repeating: "x", count: 120), "proxy UNKNOWN\r\n", "\u{16}\u{3}\u{1}",
  ])
  func whatIsNone(_ text: String) {
    var bytes = ByteBuffer(string: text)
    #expect(throws: ProxyHeader.Malformed.self) { try ProxyHeader.read(&bytes) }
  }

  @Test func whatIsNoneInBytes() {
    for bytes in [
      Self.binary(0x11, 0x11, Array(repeating: 1, count: 12)), Self.binary(0x22, 0x11, Array(repeating: 1, count: 12)),
      Self.binary(0x21, 0x11, Array(repeating: 1, count: 11)), Self.binary(0x21, 0x21, Array(repeating: 1, count: 35)),
      Self.binary(0x21, 0x11, [], length: ProxyHeader.longestRest + 1), Array(Self.signature.dropLast()) + [0x0B],
    ] {
      var buffer = ByteBuffer(bytes: bytes)
      #expect(throws: ProxyHeader.Malformed.self) { try ProxyHeader.read(&buffer) }
    }
  }
}

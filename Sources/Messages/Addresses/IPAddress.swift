import Glibc

/// An IPv4 or IPv6 address in 16 bytes; IPv4 lies in `::ffff:0:0/96`, so that a mapped address equals the plain one.
package struct IPAddress: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  private static let mappedPrefix: UInt64 = 0xFFFF << 32

  package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// 127.0.0.0/8 or ::1.
  package var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

  /// 0.0.0.0 or ::, to listen on all.
  package var isAny: Bool { high == 0 && (low == 0 || low == Self.mappedPrefix) }

  /// Dotted, or IPv6 without brackets and zone; nil for anything else, names and ports too.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      (high, low) = (0, Self.mappedPrefix | UInt64(truncatingIfNeeded: UInt32(bigEndian: four.s_addr)))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    (high, low) = withUnsafeBytes(of: &six, Self.words)
  }

  /// Of its four or sixteen bytes in network order.
  package init?(bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    switch bytes.count {
    case 4:
      let four = bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
      (high, low) = (0, Self.mappedPrefix | UInt64(truncatingIfNeeded: four))
    case 16: (high, low) = bytes.withUnsafeBytes(Self.words)
    default: return nil
    }
  }

  private static func words(_ sixteen: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    (
      UInt64(bigEndian: sixteen.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: sixteen.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }

  /// A node of `X-Forwarded-For` or of `Forwarded`'s `for`: an address, perhaps in brackets, perhaps with a port.
  package init?(node: some StringProtocol) {
    let node = node.drop { $0 == " " || $0 == "\t" }
    if node.utf8.first == UInt8(ascii: "["), let end = node.utf8.firstIndex(of: UInt8(ascii: "]")) {
      self.init(node[node.utf8.index(after: node.startIndex)..<end])
    } else if let colon = node.utf8.firstIndex(of: UInt8(ascii: ":")),
      !node.utf8[node.utf8.index(after: colon)...].contains(UInt8(ascii: ":"))
    {
      self.init(node[..<colon])
    } else {
      self.init(node)
    }
  }

  /// An IPv4 address itself, and the /64 of an IPv6 one: what one client has, as a rule.
  package var network: IPAddress { network(ipv6Prefix: 64) }

  /// The same by another number of bits for IPv6, 0 to 128.
  package func network(ipv6Prefix bits: Int) -> IPAddress {
    isIPv4 ? self : IPAddress(high: high & ~(.max >> bits), low: low & ~(.max >> max(0, bits - 64)))
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The sixteen bytes as one number.
  var number: UInt128 { UInt128(truncatingIfNeeded: high) << 64 | UInt128(truncatingIfNeeded: low) }

  /// IPv6 as RFC 5952 writes it; a mapped address as IPv4.
  package var text: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    if isIPv4 {
      var four = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
      inet_ntop(AF_INET, &four, &buffer, socklen_t(buffer.count))
    } else {
      var six = in6_addr()
      withUnsafeMutableBytes(of: &six) {
        $0.storeBytes(of: high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

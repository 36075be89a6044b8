/// A CIDR block (RFC 4632, RFC 4291 §2.3), IPv4 or IPv6; an address alone is a block of one.
package struct AddressBlock: Hashable, Sendable {
  private let base: IPAddress
  /// The bits of 128 that count; an IPv4 block's are counted from the mapped prefix.
  private let length: Int

  /// Bits after the prefix are ignored, as routers do.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let base = IPAddress(first) else { return nil }
    // `::ffff:10.0.0.0/104` counts of 128, `10.0.0.0/8` of 32.
    let isDotted = base.isIPv4 && !first.contains(":")
    var length = 128
    if parts.count == 2 {
      guard let bits: Int = PeerNumber(digits: parts[1].utf8)?.within(0...(isDotted ? 32 : 128)) else { return nil }
      length = isDotted ? bits + 96 : bits
    }
    self.base = base
    self.length = length
  }

  package func contains(_ address: IPAddress) -> Bool {
    guard length >= 96 || base.isIPv4 == address.isIPv4 else { return false }
    let highMask = Self.mask(length)
    let lowMask = Self.mask(length - 64)
    return base.high & highMask == address.high & highMask && base.low & lowMask == address.low & lowMask
  }

  /// `10.0.0.0/8`; a block of one as its address.
  package var text: String {
    if length == 128 { return base.text }
    return base.isIPv4 && length >= 96 ? "\(base.text)/\(length - 96)" : "\(base.text)/\(length)"
  }

  /// Its addresses are IPv4's, and no others.
  var isIPv4: Bool { base.isIPv4 }

  /// The first and the last of its addresses.
  var range: ClosedRange<UInt128> {
    let rest = length == 0 ? UInt128.max : ~(UInt128.max << UInt128(truncatingIfNeeded: 128 - length))
    return (base.number & ~rest)...(base.number | rest)
  }

  private static func mask(_ bits: Int) -> UInt64 {
    if bits <= 0 { return 0 }
    return bits >= 64 ? .max : ~(UInt64.max >> UInt64(truncatingIfNeeded: bits))
  }
}

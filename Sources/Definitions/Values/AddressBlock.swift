import Glibc

/// The form of CIDR blocks and IP addresses.
enum AddressBlock {
  /// `10.0.0.0/8`, `fd00::/8`, or one address.
  static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let bits = isIPv4(parts[0]) ? 32 : isIPv6(parts[0]) ? 128 : -1
    guard bits > 0 else { return false }
    guard parts.count == 2 else { return true }
    return Int(parts[1]).map { (0...bits).contains($0) && parts[1].allSatisfy(\.isNumber) } ?? false
  }

  static func isIPv4(_ text: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1
  }

  static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }
}

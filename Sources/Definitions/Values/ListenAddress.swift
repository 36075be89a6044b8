/// The form of an address to listen on.
enum ListenAddress {
  /// `HOST:PORT`; an IPv6 address in brackets; port 0 lets the system choose.
  static func isValid(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":") else { return false }
    let host = text[..<colon]
    let port = text[text.index(after: colon)...]
    guard let number = UInt32(port), number <= 65535, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return false
    }
    if host.hasPrefix("["), host.hasSuffix("]") { return AddressBlock.isIPv6(String(host.dropFirst().dropLast())) }
    return URLParts.isHost(String(host))
  }
}

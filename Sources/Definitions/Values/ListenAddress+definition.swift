import Messages

extension ListenAddress {
  /// A definition says the host in words that can't be mistaken: a name, an address, or an IPv6 address in brackets.
  static func isDefinable(_ text: String) -> Bool {
    guard let address = ListenAddress(text), !text.hasPrefix(":") else { return false }
    return text.hasPrefix("[") ? IPAddress(address.host)?.isIPv4 == false : URLParts.isHost(address.host)
  }
}

import Glibc

/// The system's resolver: `/etc/hosts`, DNS, and whatever else `nsswitch.conf` says.
enum SystemLookup {
  private static let hasIPv6: Bool = {
    let descriptor = socket(AF_INET6, Int32(bitPattern: SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }()

  /// Blocks, for as long as the system's settings have it. Each address once, in the order of RFC 6724, and no
  /// more than are used.
  static func run(_ host: String) -> Result<[String], LookupFailure> {
    var hints = addrinfo()
    hints.ai_family = hasIPv6 ? AF_UNSPEC : AF_INET
    hints.ai_socktype = Int32(bitPattern: SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { return .failure(LookupFailure(String(cString: gai_strerror(code)))) }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while addresses.count < Resolver.mostAddresses, let entry = next?.pointee {
      if let text = text(of: entry), !addresses.contains(text) { addresses.append(text) }
      next = entry.ai_next
    }
    return .success(addresses)
  }

  private static func text(of entry: addrinfo) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = getnameinfo(
      entry.ai_addr, entry.ai_addrlen, &bytes, socklen_t(bytes.count), nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

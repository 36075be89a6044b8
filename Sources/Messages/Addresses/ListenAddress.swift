/// `HOST:PORT`, the host possibly in brackets.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Nil where there is no port from 0 to 65535. An empty host is every address.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"),
      let port: Int = PeerNumber(digits: text[colon...].dropFirst().utf8)?.within(0...65535)
    else { return nil }
    var host = text[..<colon]
    if host.first == "[" && host.last == "]" {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    self.init(host: host.isEmpty || host == "*" ? "0.0.0.0" : String(host), port: port)
  }

  /// Nobody connects from another machine.
  package var isLoopback: Bool {
    host == "localhost" || IPAddress(host).map { $0.isLoopback } ?? false
  }

  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

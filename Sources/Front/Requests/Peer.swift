import Messages
import NIOCore

/// The other end of a connection. Made once per connection.
package struct Peer: Sendable {
  /// Without port and brackets; empty where the connection is gone already.
  package let address: String
  /// As a node of `Forwarded`.
  let node: String
  package let isTrusted: Bool
  /// Whom a bound on each client counts it for; `nil`: for nobody, as it is a proxy.
  let client: IPAddress?
  /// `nil` without TLS.
  package var tls: TLSSession?

  package init(_ socket: SocketAddress?, _ trusted: TrustedProxies) {
    self.init(address: socket?.ipAddress.flatMap { IPAddress($0) }, trusted)
  }

  package init(address: IPAddress?, _ trusted: TrustedProxies) {
    guard let address else {
      self.address = ""
      node = "unknown"
      isTrusted = false
      client = nil
      return
    }
    self.address = address.text
    node = Self.node(address.text)
    isTrusted = trusted.contains(address)
    client = isTrusted ? nil : address.network
  }

  /// RFC 7239 §6: an IPv6 address stands in brackets and quotes; what is no address is `unknown`.
  static func node(_ text: String) -> String {
    guard let address = IPAddress(node: text) else { return "unknown" }
    return address.isIPv4 ? address.text : "\"[\(address.text)]\""
  }
}

import Messages
import NIOCore

/// The other end of a connection. Made once per connection.
struct Peer: Sendable {
  /// Without port and brackets; empty where the connection is gone already.
  let address: String
  let isTrusted: Bool

  init(_ socket: SocketAddress?, _ trusted: TrustedProxies) {
    guard let text = socket?.ipAddress, let address = IPAddress(text) else {
      self.address = ""
      isTrusted = false
      return
    }
    self.address = address.text
    isTrusted = trusted.contains(address)
  }
}

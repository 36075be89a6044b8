import Front
import Messages

/// Which of a client's header fields are for the backend: not those between two neighbours (RFC 9110 §7.6.1), of the
/// connection's own, or about the client. A value.
package struct EndToEnd {
  /// Lower-case names, with `-` for `_`, that the definition sets or leaves out.
  let removed: [String]
  private let hops: HopByHop
  /// Other `X-Forwarded-*` than the gateway's own are a trusted proxy's.
  private let keepsFamily: Bool

  package init(_ request: IncomingRequest, without removed: [String] = []) {
    self.removed = removed
    hops = HopByHop(connection: request.headers["connection"])
    keepsFamily = request.client.chain?.family == .xForwarded
  }

  package func contains(_ name: String) -> Bool {
    if Self.isOwn(name) || hops.contains(name) { return false }
    let meant = HeaderField.withoutUnderscores(name)
    if ClientInfo.isForwarding(meant) || !keepsFamily && HeaderName.hasPrefix(meant, "x-forwarded-") { return false }
    return removed.isEmpty || !removed.contains(meant.lowercased())
  }

  /// What the connection to the backend has its own of.
  private static func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: HeaderName.equals(name, "host")
    case 6: HeaderName.equals(name, "expect")
    case 14: HeaderName.equals(name, "content-length")
    default: false
    }
  }
}

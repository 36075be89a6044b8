/// The headers by which the proxies before the gateway tell of the client.
package enum ForwardedBy: String, Hashable, Sendable, CaseIterable {
  case xForwarded = "x-forwarded"
  /// RFC 7239.
  case forwarded
}

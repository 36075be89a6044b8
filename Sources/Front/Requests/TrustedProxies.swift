import Messages
import Plans

/// The proxies before the gateway whose forwarding headers are believed. Immutable.
package struct TrustedProxies: Sendable {
  /// The headers that they send; `nil`: `X-Forwarded-*` where there is an `X-Forwarded-For`.
  let family: ForwardedBy?
  private let blocks: [AddressBlock]

  /// Texts that are no CIDR block are left out: definitions were checked when they were loaded.
  package init(_ blocks: [String] = [], family: ForwardedBy? = nil) {
    self.family = family
    self.blocks = blocks.compactMap { AddressBlock($0) }
  }

  package func contains(_ address: IPAddress) -> Bool {
    blocks.contains { $0.contains(address) }
  }
}

import Messages

/// The proxies before the gateway whose forwarding headers are believed. Immutable.
package struct TrustedProxies: Sendable {
  private let blocks: [AddressBlock]

  /// Texts that are no CIDR block are left out: definitions were checked when they were loaded.
  package init(_ blocks: [String] = []) {
    self.blocks = blocks.compactMap { AddressBlock($0) }
  }

  package func contains(_ address: IPAddress) -> Bool {
    blocks.contains { $0.contains(address) }
  }
}

import Messages

/// A place where clients connect, and what is spoken there.
package struct ListenerPlan: Equatable, Sendable {
  package enum HTTP2: Equatable, Sendable {
    case off
    /// HTTP/2 where a client chooses it by ALPN; only with TLS.
    case alpn
    /// HTTP/2 where a client begins with it (RFC 9113 §3.3), beside HTTP/1.1; only without TLS.
    case cleartext
  }

  /// Every answer is a 308 to the same URL with `https`.
  package struct Redirect: Equatable, Sendable {
    /// `nil`: that of the first listener with TLS, else 443.
    package var port: Int?

    package init(port: Int? = nil) {
      self.port = port
    }
  }

  package var address: Address
  package var tls: TLSListenerPlan?
  package var http2: HTTP2
  /// Connections begin with a PROXY header, v1 or v2; those that don't, and those of TCP peers that are no trusted
  /// proxies, are closed.
  package var proxyProtocol = false
  /// Together with neither TLS nor HTTP/2.
  package var redirect: Redirect?

  package init(_ address: Address, tls: TLSListenerPlan? = nil) {
    self.address = address
    self.tls = tls
    http2 = tls == nil ? .off : .alpn
  }
}

extension [ListenerPlan] {
  /// The port that clients are redirected to by listeners that don't say one: that of the first listener with TLS,
  /// which may be 0 as long as it doesn't listen.
  package var httpsPort: Int {
    for case .tcp(let address) in filter({ $0.tls != nil }).map(\.address) { return address.port }
    return 443
  }
}

extension ListenerPlan {
  package enum Address: Hashable, Sendable, CustomStringConvertible {
    case tcp(ListenAddress)
    /// A socket in the file system: its absolute path, and the permissions of its file.
    case unix(path: String, mode: UInt32)

    package static let defaultMode: UInt32 = 0o660
    /// The longest path in bytes, with the zero at the end: `sun_path` of unix(7).
    private static let longestPath = 108

    /// `HOST:PORT` or `unix:/PATH`.
    package init?(_ text: String) {
      guard text.hasPrefix("unix:") else {
        guard let address = ListenAddress(text) else { return nil }
        self = .tcp(address)
        return
      }
      let path = text.dropFirst(5)
      guard path.hasPrefix("/"), path.utf8.count < Self.longestPath, !path.contains("\0") else { return nil }
      self = .unix(path: String(path), mode: Self.defaultMode)
    }

    package var description: String {
      switch self {
      case .tcp(let address): "\(address)"
      case .unix(let path, _): "unix:\(path)"
      }
    }

    /// The system lets only one of them listen. Names of hosts are not resolved.
    package func overlaps(_ other: Address) -> Bool {
      switch (self, other) {
      case (.unix(let one, _), .unix(let two, _)): one == two
      case (.tcp(let one), .tcp(let two)):
        one.port == two.port && one.port != 0
          && (one.host.lowercased() == two.host.lowercased() || one.covers(two) || two.covers(one))
      default: false
      }
    }
  }
}

extension ListenAddress {
  /// It is every address of a family that the other is of; `[::]` takes IPv4, too.
  fileprivate func covers(_ other: ListenAddress) -> Bool {
    guard let address = IPAddress(host), address.isAny else { return false }
    return !address.isIPv4 || IPAddress(other.host)?.isIPv4 != false
  }
}

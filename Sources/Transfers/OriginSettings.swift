/// The settings by which an origin is reached. Nothing is taken from the environment: no proxy, no netrc.
package struct OriginSettings: Hashable, Sendable {
  package enum Version: Sendable {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    case auto
    case http1
    /// HTTP/2: over TLS as `auto`; without TLS by the `Upgrade` of the first request (RFC 7540 §3.2).
    case http2
    /// HTTP/2 without TLS and without an upgrade.
    case http2PriorKnowledge
  }

  /// A file of this path is connected to instead of the URL's host.
  package var unixSocket: String?
  /// Name resolution, TCP and TLS together.
  package var connectTimeout: Duration = .seconds(1)
  /// A connection that is older, less up to a fifth at random, is not used again.
  package var connectionMaxAge: Duration = .seconds(300)
  /// Nor one that was idle for longer, or for what the backend says in `Keep-Alive`, less a second.
  package var connectionIdle: Duration = .seconds(60)
  package var version = Version.auto
  /// PEM file of the trusted authorities, instead of the system's.
  package var authorities: String?
  /// PEM files for client authentication.
  package var certificate: String?
  package var key: String?
  /// Sent as SNI, and expected in the certificate, instead of the URL's host. `Host` stays the URL's.
  package var serverName: String?
  /// Whether certificates are verified; false: any will do.
  package var verifies = true

  package init() {}
}

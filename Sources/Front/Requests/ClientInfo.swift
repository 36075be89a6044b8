/// Who asks, as far as the gateway believes it. A value; cheap to copy.
package struct ClientInfo: Sendable {
  /// Without port and brackets. Behind trusted proxies: the right-most address that is not theirs.
  package let address: String
  /// `http` or `https`, what the client used.
  package let scheme: String
  /// As the client named it, with its port, in its case.
  package let host: String
  /// Sent back and upstream as `X-Request-Id`.
  package let requestID: String
  package let trace: TraceContext
  /// What the upstream headers are built of when they are asked for.
  package let chain: ForwardingChain?
  let peer: Peer
  /// The client's own, which a listener has verified; `nil`: it has shown none.
  package var certificate: ClientCertificate? { peer.tls?.certificate }
  let via: String?
  package let version: HTTPVersion
}

import Messages
import NIOHTTP1

extension ClientInfo {
  /// The pseudonym in `Via`.
  static let viaName = "weft"

  /// Works out who asks. `scheme` and `host` are those of the connection; headers are believed of a trusted peer only.
  init(
    _ head: RequestHead, peer: Peer, scheme: String, trusted: TrustedProxies, _ random: inout RandomIDs
  ) {
    let chain = peer.isTrusted ? ForwardingChain(head.headers) : nil
    self.peer = peer
    self.chain = chain
    isHTTP10 = head.minorVersion == 0
    via = head.via
    address = chain.map { $0.client(behind: peer, trusted) } ?? peer.address
    self.scheme = chain?.scheme ?? scheme
    host = chain?.host ?? head.host
    trace = chain?.traceparent.flatMap { TraceContext(continuing: $0, &random) } ?? TraceContext(&random)
    requestID = chain?.requestID ?? RandomIDs.hex(random.next(), random.next())
  }

  /// The headers that tell a backend of the client: `X-Forwarded-For`, `-Proto`, `-Host`, `Forwarded` (RFC 7239),
  /// `Via`, `X-Request-Id`, `traceparent` and, from a trusted proxy, `tracestate`. Built at each use; take it once a
  /// request.
  package var forwardingHeaders: [HeaderField] {
    var fields: [HeaderField] = []
    fields.reserveCapacity(8)
    fields.append(HeaderField("X-Forwarded-For", forwardedFor))
    fields.append(HeaderField("X-Forwarded-Proto", scheme))
    if !host.isEmpty { fields.append(HeaderField("X-Forwarded-Host", host)) }
    fields.append(HeaderField("Forwarded", forwarded))
    fields.append(HeaderField("Via", viaLine))
    fields.append(HeaderField("X-Request-Id", requestID))
    fields.append(HeaderField("traceparent", trace.traceparent))
    if let state = chain?.tracestate { fields.append(HeaderField("tracestate", state)) }
    return fields
  }

  /// Lower-case names of `forwardingHeaders`: a client's own lines of these names are not passed on.
  package static func isForwarding(_ name: String) -> Bool {
    switch name.utf8.count {
    case 3: HeaderName.equals(name, "via")
    case 9: HeaderName.equals(name, "forwarded")
    case 10: HeaderName.equals(name, "tracestate")
    case 11: HeaderName.equals(name, "traceparent")
    case 12: HeaderName.equals(name, "x-request-id")
    case 15: HeaderName.equals(name, "x-forwarded-for")
    case 16: HeaderName.equals(name, "x-forwarded-host")
    case 17: HeaderName.equals(name, "x-forwarded-proto")
    default: false
    }
  }

  private var forwardedFor: String {
    guard let chain else { return peer.address }
    if let header = chain.forwardedFor { return header + ", " + peer.address }
    let known = chain.nodes.compactMap { IPAddress(node: $0)?.text }
    return (known + [peer.address]).joined(separator: ", ")
  }

  private var forwarded: String {
    var line = ""
    if let header = chain?.forwarded {
      line = header + ", "
    } else if let nodes = chain?.nodes {
      for node in nodes { line += "for=\(Self.node(node)), " }
    }
    line += "for=\(Self.node(peer.address));proto=\(scheme)"
    if !host.isEmpty { line += ";host=\(QuotedList.tokenOrQuoted(host))" }
    return line
  }

  /// RFC 7239 §6: an IPv6 address stands in brackets and quotes; what is no address is `unknown`.
  private static func node(_ text: String) -> String {
    guard let address = IPAddress(node: text) else { return "unknown" }
    return address.isIPv4 ? address.text : "\"[\(address.text)]\""
  }

  private var viaLine: String {
    let own = isHTTP10 ? "1.0 \(Self.viaName)" : "1.1 \(Self.viaName)"
    return via.map { "\($0), \(own)" } ?? own
  }
}

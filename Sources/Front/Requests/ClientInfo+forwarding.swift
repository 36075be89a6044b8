import Messages
import NIOHTTP1

extension ClientInfo {
  /// Works out who asks. `scheme` and `host` are those of the connection; headers are believed of a trusted peer only.
  package init(
    _ head: RequestHead, peer: Peer, scheme: String, trusted: TrustedProxies, sampling: TraceSampling = .off,
    _ random: inout RandomIDs
  ) {
    let chain = peer.isTrusted ? ForwardingChain(head.headers, trusted) : nil
    self.peer = peer
    self.chain = chain
    version = head.version
    via = head.via
    address = chain?.client ?? peer.address
    self.scheme = chain?.scheme ?? scheme
    host = chain?.host ?? head.host
    trace =
      chain?.traceparent.flatMap { TraceContext(continuing: $0, sampling, &random) } ?? TraceContext(sampling, &random)
    requestID = chain?.requestID ?? RandomIDs.hex(random.next(), random.next())
  }

  /// The headers that tell a backend of the client: `X-Forwarded-For`, `-Proto`, `-Host`, `X-Real-IP`, `Forwarded`
  /// (RFC 7239), `Via`, `X-Request-Id`, `traceparent` and, from a trusted proxy, `tracestate`; without those in `removed`, which
  /// are lower-case, and with `more` behind them. Written at each call: once a request, for all that it sends. Without
  /// `traceparent` where spans are made of the request: each attempt has its own.
  package func forwardingLines(without removed: [String] = [], and more: [OpaqueField] = []) -> HeaderText? {
    HeaderText { lines in
      func add(_ name: StaticString, _ value: (inout [UInt8]) -> Void) {
        if removed.isEmpty || !removed.contains("\(name)".lowercased()) { lines.add(name, value) }
      }
      add("X-Forwarded-For") { writeForwardedFor(to: &$0) }
      add("X-Real-IP") { $0 += address.utf8 }
      add("X-Forwarded-Proto") { $0 += scheme.utf8 }
      if !host.isEmpty { add("X-Forwarded-Host") { $0 += host.utf8 } }
      add("Forwarded") { writeForwarded(to: &$0) }
      add("Via") { writeVia(to: &$0) }
      add("X-Request-Id") { $0 += requestID.utf8 }
      if !trace.isRecorded { add("traceparent") { trace.write(to: &$0) } }
      if let state = tracestate { add("tracestate") { $0 += state.utf8 } }
      for field in more { lines.add(field.name, field.value) }
    }
  }

  /// What a trusted proxy's `tracestate` says of the trace that is continued.
  package var tracestate: String? { trace.parentSpan == 0 ? nil : chain?.tracestate }

  /// Lower-case names of `forwardingLines`: a client's own lines of these names are not passed on.
  package static func isForwarding(_ name: String) -> Bool {
    switch name.utf8.count {
    case 3: HeaderName.equals(name, "via")
    case 9: HeaderName.equals(name, "forwarded") || HeaderName.equals(name, "x-real-ip")
    case 10: HeaderName.equals(name, "tracestate")
    case 11: HeaderName.equals(name, "traceparent")
    case 12: HeaderName.equals(name, "x-request-id")
    case 15: HeaderName.equals(name, "x-forwarded-for")
    case 16: HeaderName.equals(name, "x-forwarded-host")
    case 17: HeaderName.equals(name, "x-forwarded-proto")
    default: false
    }
  }

  private func writeForwardedFor(to bytes: inout [UInt8]) {
    if let header = chain?.forwardedFor {
      bytes += header.utf8
      bytes += ", ".utf8
    } else if let nodes = chain?.nodes {
      for address in nodes.compactMap({ IPAddress(node: $0)?.text }) {
        bytes += address.utf8
        bytes += ", ".utf8
      }
    }
    bytes += peer.address.utf8
  }

  private func writeForwarded(to bytes: inout [UInt8]) {
    if let header = chain?.forwarded {
      bytes += header.utf8
      bytes += ", ".utf8
    } else if let nodes = chain?.nodes {
      for node in nodes { bytes += "for=\(Peer.node(node)), ".utf8 }
    }
    bytes += "for=".utf8
    bytes += peer.node.utf8
    bytes += ";proto=".utf8
    bytes += scheme.utf8
    if host.isEmpty { return }
    bytes += ";host=".utf8
    QuotedList.writeTokenOrQuoted(host, to: &bytes)
  }

  private func writeVia(to bytes: inout [UInt8]) {
    if let via {
      bytes += via.utf8
      bytes += ", ".utf8
    }
    bytes += version.name.utf8
    bytes += " ".utf8
    bytes += Via.pseudonym.utf8
  }
}

extension ClientInfo {
  /// In place of `forwardingLines` where others get what comes back: `Via`, `X-Request-Id` and `traceparent` of the
  /// gateway's own, and nothing that a client sent or could be told by.
  /// - Parameters:
  ///   - namesSpan: false leaves `traceparent` out, as each attempt has its own.
  ///   - isSampled: what it says.
  package static func ownLines(namesSpan: Bool = true, isSampled: Bool = true) -> HeaderText? {
    var random = RandomIDs()
    return HeaderText { lines in
      lines.add("Via") { $0 += "1.1 \(Via.pseudonym)".utf8 }
      lines.add("X-Request-Id") {
        RandomIDs.append(random.next(), to: &$0)
        RandomIDs.append(random.next(), to: &$0)
      }
      if namesSpan { lines.add("traceparent") { TraceContext(.off, &random, isSampled: isSampled).write(to: &$0) } }
    }
  }
}

import Messages
import NIOHTTP1

/// *Immutable.* The forwarding headers of a trusted proxy. Only made where there is one, so that a client without costs
/// nothing.
final class ForwardingChain: Sendable {
  /// `X-Forwarded-For`, all lines; nil where there is none.
  let forwardedFor: String?
  /// `Forwarded`, all lines.
  let forwarded: String?
  let scheme: String?
  let host: String?
  let requestID: String?
  let traceparent: String?
  let tracestate: String?
  /// Client first.
  let nodes: [String]

  init(_ headers: HTTPHeaders) {
    forwardedFor = headers.joined("x-forwarded-for")
    forwarded = headers.joined("forwarded")
    let elements = Self.elements(forwarded)
    nodes =
      forwardedFor.map { HeaderName.elements($0).map(String.init) }
      ?? elements.compactMap { $0["for"] }
    let proto = headers.joined("x-forwarded-proto") ?? elements.first?["proto"]
    scheme = proto.map { $0.lowercased() }.flatMap { $0 == "http" || $0 == "https" ? $0 : nil }
    host = (headers.joined("x-forwarded-host") ?? elements.first?["host"])
      .flatMap { RequestHead.isHost($0) && !$0.isEmpty ? $0 : nil }
    requestID = headers.first(name: "x-request-id").flatMap { Self.isSane($0) ? $0 : nil }
    traceparent = headers.first(name: "traceparent")
    tracestate = headers.joined("tracestate")
  }

  /// The right-most node that is no trusted proxy. A node that is no address ends the search: nothing beyond it can
  /// be believed, so the last proxy is the client.
  func client(behind peer: Peer, _ trusted: TrustedProxies) -> String {
    var client = peer.address
    for node in nodes.reversed() {
      guard let address = IPAddress(node: node) else { return client }
      client = address.text
      if !trusted.contains(address) { return client }
    }
    return client
  }

  /// 1 to 128 visible characters that need no care in logs and headers.
  private static func isSane(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="):
          true
        default: false
        }
      }
  }

  /// The elements of `Forwarded` (RFC 7239 §4): pairs by lower-case name, quotes removed.
  private static func elements(_ header: String?) -> [[String: String]] {
    guard let header else { return [] }
    return QuotedList.split(header, at: ",").map { element in
      var pairs: [String: String] = [:]
      for pair in QuotedList.split(element, at: ";") {
        guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
        pairs[HeaderName.trimmed(pair[..<equals]).lowercased()] =
          QuotedList.unquoted(HeaderName.trimmed(Substring(pair.utf8[pair.utf8.index(after: equals)...])))
      }
      return pairs
    }
  }
}

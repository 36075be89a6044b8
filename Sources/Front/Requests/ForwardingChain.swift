import Messages
import NIOHTTP1
import Plans

/// *Immutable.* The forwarding headers of a trusted proxy: of one family, the other may be the client's own. Only made
/// where there is one, so that a client without costs nothing.
package final class ForwardingChain: Sendable {
  package let family: ForwardedBy
  /// `X-Forwarded-For`, all lines, where it is believed.
  let forwardedFor: String?
  /// `Forwarded`, all lines, where it is believed.
  let forwarded: String?
  /// Client first.
  let nodes: [String]
  /// The right-most node that is no trusted proxy. A node that is no address ends the search: nothing beyond it can be
  /// believed, so the last proxy is the client. `nil`: there is none but the peer.
  let client: String?
  /// How the client came to the first trusted proxy, where that tells it.
  let scheme: String?
  let host: String?
  let requestID: String?
  let traceparent: String?
  let tracestate: String?
  package let baggage: String?

  /// The longest `baggage` that is passed on, in bytes (W3C Baggage §3.3.2).
  private static let longestBaggage = 8192

  init(_ headers: HTTPHeaders, _ trusted: TrustedProxies) {
    let addresses = headers.joined("x-forwarded-for").map { HeaderName.elements($0) } ?? []
    family = trusted.family ?? (addresses.isEmpty ? .forwarded : .xForwarded)
    switch family {
    case .xForwarded:
      nodes = addresses.map(String.init)
      forwarded = nil
      forwardedFor = nodes.isEmpty ? nil : headers.joined("x-forwarded-for")
      let first: Int
      (client, first) = Self.client(nodes, trusted)
      let hops = max(nodes.count - 1 - first, 0)
      scheme = Self.scheme(Self.element(headers.joined("x-forwarded-proto"), hops))
      host = Self.host(Self.element(headers.joined("x-forwarded-host"), hops))
    case .forwarded:
      let header = headers.joined("forwarded")
      let elements = header.flatMap { Self.elements($0) } ?? []
      nodes = elements.map { $0["for"] ?? "" }
      forwarded = elements.isEmpty ? nil : header
      forwardedFor = nil
      let first: Int
      (client, first) = Self.client(nodes, trusted)
      scheme = Self.scheme(elements.isEmpty ? nil : elements[first]["proto"])
      host = Self.host(elements.isEmpty ? nil : elements[first]["host"])
    }
    requestID = headers.first(name: "x-request-id").flatMap { Self.isSane($0) ? $0 : nil }
    let parents = headers["traceparent"]
    traceparent = parents.count == 1 ? parents[0] : nil
    tracestate = headers.joined("tracestate")
    baggage = headers.joined("baggage").flatMap { $0.utf8.count <= Self.longestBaggage ? $0 : nil }
  }

  /// The client, and the place of the first node that a trusted proxy wrote.
  private static func client(_ nodes: [String], _ trusted: TrustedProxies) -> (client: String?, first: Int) {
    var client: String?
    for (place, node) in nodes.enumerated().reversed() {
      guard let address = IPAddress(node: node) else { return (client, place) }
      client = address.text
      if !trusted.contains(address) { return (client, place) }
    }
    return (client, 0)
  }

  /// The element of a list to which each proxy adds one, that many before the last; the first where there are fewer.
  private static func element(_ header: String?, _ hops: Int) -> String? {
    let elements = header.map { HeaderName.elements($0) } ?? []
    return elements.isEmpty ? nil : String(elements[max(elements.count - 1 - hops, 0)])
  }

  private static func scheme(_ text: String?) -> String? {
    text.map { $0.lowercased() }.flatMap { $0 == "http" || $0 == "https" ? $0 : nil }
  }

  private static func host(_ text: String?) -> String? {
    text.flatMap { RequestHead.isHost($0) && !$0.isEmpty ? $0 : nil }
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

  /// The elements of `Forwarded` (RFC 7239 §4): pairs by lower-case name, quotes removed. `nil` where a quote is left
  /// open: a client could have what a proxy adds behind it taken for its own words.
  private static func elements(_ header: String) -> [[String: String]]? {
    QuotedList.split(header, at: ",")?.map { element in
      var pairs: [String: String] = [:]
      for pair in QuotedList.split(element, at: ";") ?? [] {
        guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
        pairs[HeaderName.trimmed(pair[..<equals]).lowercased()] =
          QuotedList.unquoted(HeaderName.trimmed(Substring(pair.utf8[pair.utf8.index(after: equals)...])))
      }
      return pairs
    }
  }
}

import CCurl
import Glibc
import Locking
import Resolving
import Synchronization
import Timing

/// *Immutable*, but for its destinations, which a mutex guards, and one atomic. One address of a backend, in the form that libcurl
/// takes; share it, because handles that last spoke to the same `Origin` object need no options set.
package final class Origin: Sendable {
  /// `http://host:port` or `https://…`, without path, query or trailing slash.
  package let address: String
  package let settings: OriginSettings

  /// What libcurl gets as its URL: its host is the one that TLS verifies.
  let url: String
  /// `Host: …` where the URL's host is not the address's.
  let hostLine: String?
  let isEncrypted: Bool
  /// `nil` where there is nothing to look up: an address in numbers, a unix socket, or `localhost`, which libcurl knows.
  let name: HostName?
  /// The destination of connections where there is no name.
  let fixed: Destination
  private let port: String
  let destinations = Locked(Destinations())
  private let retired = Atomic<Bool>(false)

  /// Nobody is going to ask it any more: its connections are not kept.
  var isRetired: Bool { retired.load(ordering: .relaxed) }

  func retire() { retired.store(true, ordering: .relaxed) }

  package init(address: String, settings: OriginSettings = OriginSettings(), resolver: Resolver = .system) {
    CurlLibrary.initialize()
    self.address = address
    self.settings = settings
    isEncrypted = address.hasPrefix("https:")
    let authority = Authority(ofAddress: address)
    port = authority.port ?? (isEncrypted ? "443" : "80")
    name =
      settings.unixSocket == nil && Self.needsLookup(authority.host) ? resolver.name(authority.host) : nil
    if isEncrypted, let name = settings.serverName, name != authority.host {
      url = "https://\(name):\(port)/"
      hostLine = "Host: \(authority.text)"
      fixed = Destination(connectTo: "\(name):\(port):\(authority.host):\(port)")
    } else {
      url = address + "/"
      hostLine = nil
      fixed = Destination()
    }
  }

  /// The value for `CURLOPT_HTTP_VERSION`.
  var curlVersion: Int {
    switch settings.version {
    case .auto: weft_http_auto
    case .http1: weft_http_1_1
    case .http2: isEncrypted ? weft_http_auto : weft_http_2
    case .http2PriorKnowledge: weft_http_2_prior_knowledge
    }
  }

  /// Returns, on any thread, where a transfer of this origin goes next, by what its name was resolved to; `nil`: it has
  /// tried all.
  func destination(
    among addresses: [String], generation: Int, at now: Instant, avoiding tried: [Destination]
  ) -> Destination? {
    destinations.withLock { destinations in
      destinations.update(addresses, generation: generation, port: port)
      return destinations.next(at: now, avoiding: tried)
    }
  }

  /// Any thread. How many there are now.
  var destinationCount: Int { destinations.withLock { $0.all.count } }

  private static func needsLookup(_ host: String) -> Bool {
    var address = in_addr()
    let name = host.lowercased()
    return !host.hasPrefix("[") && name != "localhost" && !name.hasSuffix(".localhost")
      && inet_pton(AF_INET, host, &address) != 1
  }
}

/// The `host:port` of an address; an IPv6 host keeps its brackets.
struct Authority: Equatable {
  var text: String
  var host: String
  var port: String?

  /// `address` is an absolute URL; what follows the authority is ignored.
  init(ofAddress address: String) {
    let afterScheme = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
    text = String(afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") else {
      host = text
      return
    }
    host = String(text[..<colon])
    port = String(text[text.index(after: colon)...])
  }
}

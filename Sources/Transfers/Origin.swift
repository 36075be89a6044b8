import CCurl

/// *Immutable.* One address of a backend, in the form that libcurl takes; share it, because handles that last spoke to
/// the same `Origin` object need no options set.
package final class Origin: Sendable {
  /// `http://host:port` or `https://…`, without path, query or trailing slash.
  package let address: String
  package let settings: OriginSettings

  /// What libcurl gets as its URL: its host is the one that TLS verifies.
  let url: String
  /// `Host: …` where the URL's host is not the address's.
  let hostLine: String?
  /// `name:port:host:port` for `CURLOPT_CONNECT_TO`; owned.
  nonisolated(unsafe) let connectTo: UnsafeMutablePointer<curl_slist>?
  let isEncrypted: Bool

  package init(address: String, settings: OriginSettings = OriginSettings()) {
    CurlLibrary.initialize()
    self.address = address
    self.settings = settings
    isEncrypted = address.hasPrefix("https:")
    let authority = Authority(ofAddress: address)
    if isEncrypted, let name = settings.serverName, name != authority.host {
      let port = authority.port ?? "443"
      url = "https://\(name):\(port)/"
      hostLine = "Host: \(authority.text)"
      connectTo = curl_slist_append(nil, "\(name):\(port):\(authority.host):\(port)")
    } else {
      url = address + "/"
      hostLine = nil
      connectTo = nil
    }
  }

  /// For `CURLOPT_HTTP_VERSION`.
  var curlVersion: Int {
    switch settings.version {
    case .auto: weft_http_auto
    case .http1: weft_http_1_1
    case .http2: isEncrypted ? weft_http_auto : weft_http_2
    case .http2PriorKnowledge: weft_http_2_prior_knowledge
    }
  }

  deinit {
    curl_slist_free_all(connectTo)
  }
}

/// An address that servers listen at.
struct NginxListener {
  var address: String
  var isTLS: Bool
  var isRedirect: Bool
  var proxyProtocol: Bool
  /// With a certificate for the server's names.
  var certificates: [YAMLMapping] = []
  var minVersion: String?
  var clients: String?
  var filesAreThere = true
  var origin: NginxDirective

  /// Addresses of a server; one alone on port 80 where it says none.
  static func all(of server: NginxDirective, redirects: Bool, _ importer: NginxImporter) -> [NginxListener] {
    let directives = server.all("listen")
    guard !directives.isEmpty else {
      return [
        NginxListener(address: "0.0.0.0:80", isTLS: false, isRedirect: redirects, proxyProtocol: false, origin: server)
      ]
    }
    return directives.compactMap { directive in
      guard let text = directive.arguments.first else { return nil }
      let words = directive.arguments.dropFirst()
      let address =
        text.hasPrefix("unix:")
        ? text
        : text.allSatisfy(\.isNumber)
          ? "0.0.0.0:\(text)"
          : text.hasPrefix("*:")
            ? "0.0.0.0\(text.dropFirst())"
            : text.contains(":") && !text.hasSuffix("]") ? text : "\(text):80"
      let isTLS = words.contains("ssl") || server["ssl"]?.arguments.first == "on"
      return NginxListener(
        address: address == "localhost" ? "127.0.0.1:80" : address, isTLS: isTLS, isRedirect: redirects && !isTLS,
        proxyProtocol: words.contains("proxy_protocol"), origin: directive)
    }
  }

  /// The entries of gateway.yaml; `nil` without an address.
  static func listen(_ all: [NginxListener], _ importer: NginxImporter) -> [YAMLMapping.Entry]? {
    var merged: [NginxListener] = []
    for listener in all {
      if let index = merged.firstIndex(where: { $0.address == listener.address }) {
        merged[index].certificates += listener.certificates.filter { !merged[index].certificates.contains($0) }
        merged[index].filesAreThere = merged[index].filesAreThere && listener.filesAreThere
        merged[index].isRedirect = merged[index].isRedirect && listener.isRedirect
      } else {
        merged.append(listener)
      }
    }
    // `[::]` takes IPv4, too.
    let addresses = merged.map(\.address)
    merged.removeAll { $0.address.hasPrefix("0.0.0.0:") && addresses.contains("[::]" + $0.address.dropFirst(7)) }
    let there = merged.filter { !$0.isTLS || ($0.filesAreThere && !$0.certificates.isEmpty) }
    let hasTLS = there.contains(where: \.isTLS)
    var entries: [YAMLMapping.Entry] = []
    if !there.isEmpty {
      let value: YAMLTree = there.count == 1 ? there[0].tree(hasTLS) : .block(there.map { $0.tree(hasTLS) })
      entries.append(.init(name: "listen", value: value, origins: there.compactMap(\.place)))
    }
    guard there.count < merged.count else { return entries.isEmpty ? nil : entries }
    let missing = merged.first { $0.isTLS && !$0.filesAreThere } ?? merged[0]
    importer.remark(
      "the files of the certificates are not here; put them there, and take this in the place of `listen`",
      at: missing.origin)
    entries.append(
      .init(
        name: "listen", value: .block(merged.map { $0.tree(true) }), origins: merged.compactMap(\.place),
        isProposal: true))
    return entries
  }

  /// Of the directive; `nil` where the server has none.
  private var place: String? { origin.name == "listen" ? origin.path : nil }

  /// - Parameter hasTLS: whether there is somewhere to redirect to.
  private func tree(_ hasTLS: Bool) -> YAMLTree {
    var mapping = YAMLMapping()
    mapping["address"] = .text(address)
    if isTLS {
      var tls = YAMLMapping()
      tls["certificates"] = .block(certificates.map { .inline($0) })
      if let minVersion { tls["minVersion"] = .text(minVersion) }
      if let clients {
        tls["clientCertificates"] = .inline(YAMLMapping(entries: [.init(name: "ca", value: .text(clients))]))
      }
      mapping["tls"] = .mapping(tls)
    } else if isRedirect, hasTLS {
      mapping["redirect"] = .bare("https")
    }
    if proxyProtocol { mapping["proxyProtocol"] = .bare("true") }
    return mapping.entries.count == 1 ? .text(address) : .mapping(mapping)
  }
}

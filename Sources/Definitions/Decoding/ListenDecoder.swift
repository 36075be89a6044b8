import Plans

/// Decodes `listen` and what belongs to it.
enum ListenDecoder {
  static func decode(_ reader: MappingReader<GatewayKeys>, _ plan: inout ProcessPlan) {
    let listeners = reader[\.listen] ?? []
    if !listeners.isEmpty { plan.listeners = listeners.map(\.plan) }
    plan.hsts = reader[\.hsts]
    plan.trustedProxies = reader[\.trustedProxies] ?? []
    if let pair = reader.pair(\.hsts), !plan.listeners.contains(where: { $0.tls != nil }) {
      reader.loading.warn(
        pair.key, "`hsts` is for answers over TLS, and no listener has `tls`",
        hint: "let the proxy before the gateway send it")
    }
    // A list that has something wrong in it is told of already.
    guard reader.pair(\.trustedProxies)?.value.elements?.isEmpty ?? plan.trustedProxies.isEmpty else { return }
    for listener in listeners where listener.plan.proxyProtocol {
      guard case .tcp = listener.plan.address, let place = listener.proxyProtocol else { continue }
      reader.loading.report(
        place, "a PROXY header is believed from `trustedProxies` alone, and there are none: all would be closed",
        hint: "name the proxies before the gateway: `trustedProxies: [10.0.0.0/8]`")
    }
  }

  // MARK: One listener

  static func listener(_ reader: MappingReader<ListenKeys>) -> ListenSetting? {
    let (address, mode, tls, http2) = (reader[\.address], reader[\.mode], reader[\.tls], reader[\.http2])
    let (proxyProtocol, redirect, port) = (reader[\.proxyProtocol], reader[\.redirect], reader[\.port])
    check(reader, address, http2)
    guard var address, let place = reader.pair(\.address)?.value else { return nil }
    if case .unix(let path, _) = address, let mode { address = .unix(path: path, mode: mode) }
    var plan = ListenerPlan(address, tls: tls)
    plan.http2 = http2 ?? plan.http2
    plan.proxyProtocol = proxyProtocol ?? false
    if redirect != nil { plan.redirect = ListenerPlan.Redirect(port: port) }
    return ListenSetting(plan: plan, address: place, proxyProtocol: reader.pair(\.proxyProtocol)?.value)
  }

  /// What its keys mean for one another; whether they are given counts, also where they are wrong.
  private static func check(
    _ reader: MappingReader<ListenKeys>, _ address: ListenerPlan.Address?, _ http2: ListenerPlan.HTTP2?
  ) {
    let loading = reader.loading
    let (tls, version) = (reader.pair(\.tls), reader.pair(\.http2))
    if case .tcp(let address) = address, let pair = reader.pair(\.mode) {
      loading.report(pair.key, "`mode` is for sockets of `unix:`; `\(address)` has no file")
    }
    if reader.pair(\.redirect) != nil {
      for pair in [tls, version].compactMap(\.self) {
        loading.report(pair.key, "a listener that redirects has no `\(pair.name)`; it answers by HTTP/1.1 alone")
      }
      return
    }
    if let pair = reader.pair(\.port) {
      loading.report(
        pair.key, "`port` is where `redirect` leads to; the port to listen on is part of the `address`")
    }
    if let version, http2 == .alpn, tls == nil {
      loading.report(
        version.value, "`http2: true` is chosen in the TLS handshake, and this listener has no `tls`",
        hint: "`http2: cleartext` is for clients that begin with it")
    }
    if let version, http2 == .cleartext, tls != nil {
      loading.report(
        version.value, "`http2: cleartext` is for listeners without `tls`", hint: "did you mean `http2: true`?")
    }
  }

  /// Reports listeners that are in one another's way, at the second.
  static func checkAddresses(_ listeners: [ListenSetting], _ loading: Loading) {
    for (index, listener) in listeners.enumerated() {
      let address = listener.plan.address
      guard let first = listeners[..<index].first(where: { $0.plan.address.overlaps(address) }) else { continue }
      let other = first.plan.address
      loading.report(
        listener.address,
        other == address
          ? "`\(address)` is listened on already; the first is at \(first.address.location)"
          : "`\(address)` and `\(other)`, at \(first.address.location), can't be listened on both: one holds the other")
    }
  }

  // MARK: HSTS

  static func hsts(_ reader: MappingReader<HSTSKeys>) -> HSTSPlan? {
    let (maxAge, includeSubdomains, preload) = (reader[\.maxAge], reader[\.includeSubdomains], reader[\.preload])
    guard let maxAge else { return nil }
    var plan = HSTSPlan(maxAge: maxAge)
    plan.includeSubdomains = includeSubdomains ?? false
    plan.preload = preload ?? false
    if plan.preload, !plan.includeSubdomains || maxAge < .seconds(365 * 86_400), let pair = reader.pair(\.preload) {
      reader.loading.warn(pair.value, "`preload` wants `includeSubdomains: true` and a `maxAge` of `365d` at least")
    }
    return plan
  }
}

import Plans

/// Where clients connect.
struct ListenKeys: KeySet {
  static let title = "Listen"
  static let noun = "`listen`"
  static let introduction = """
    The address alone may be written as a string, and several of either as a list. `--listen` replaces the address of \
    the first. See [Listening](listening.md).
    """

  let address = Key<ListenerPlan.Address>(
    "address", .listenerAddress(), required: true,
    "`HOST:PORT`, where port 0 lets the system choose and `[::]` takes IPv4, too; or `unix:` and a socket's absolute "
      + "path.",
    example: "0.0.0.0:8443")
  let mode = Key<UInt32>(
    "mode", .fileMode(), default: "\"0\(String(ListenerPlan.Address.defaultMode, radix: 8))\"",
    "The permissions of a socket's file, in octal. With `unix:`.", example: "\"0600\"")
  let tls = Key<TLSListenerPlan>(
    "tls", .table(ListenTLSKeys.self, ListenTLSDecoder.tls), default: "none", "TLS, and by whose certificates.",
    example: "{ certificates: [{ certificate: certs/shop.pem, key: certs/shop.key }] }")
  let http2 = Key<ListenerPlan.HTTP2>(
    "http2", .http2(), default: "`true` with `tls`, else `false`",
    "HTTP/2 for clients that choose it by ALPN, with `tls`; `cleartext` for those that begin with it, without. "
      + "HTTP/1.1 is spoken in any case.",
    example: "false")
  let proxyProtocol = Key<Bool>(
    "proxyProtocol", .boolean(), default: "false",
    "Connections begin with a PROXY header, v1 or v2, of one of `trustedProxies`; others are closed.",
    example: "true")
  let redirect = Key<ListenSetting.Redirect>(
    "redirect", .choice(), default: "none", "Sends everybody to the same URL with `https`, by 308.", example: "https")
  let port = Key<Int>(
    "port", .integer(1...65535), default: "that of the first listener with `tls`, else 443",
    "The port to redirect to. With `redirect`.", example: "8443")

  static var relations: [KeyRelation] { [.excludes("redirect", ["tls", "http2"]), .needs("port", ["redirect"])] }
}

/// Where clients connect.
struct ListenKeys: KeySet {
  static let title = "Listen"
  static let noun = "`listen`"
  static let introduction = "The address alone may be written as a string."

  let address = Key<String>(
    "address", .listenAddress(), required: true, "`HOST:PORT`; port 0 lets the system choose.", example: "0.0.0.0:8080")
  let tls = LaterKey("tls", "Certificate and key.")
  let http2 = LaterKey("http2", "HTTP/2 for clients.")
}

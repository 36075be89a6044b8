/// Where the admin endpoints are.
struct AdminKeys: KeySet {
  static let title = "Admin"
  static let noun = "`admin`"
  static let introduction = "The address alone may be written as a string."

  let address = Key<String>(
    "address", .listenAddress(), required: true, "`HOST:PORT`; port 0 lets the system choose.",
    example: "127.0.0.1:8081")
}

/// One of several addresses.
struct AddressKeys: KeySet {
  static let title = "Address"
  static let noun = "an address"
  static let introduction = "One address of a backend, where its URL alone does not say it all."

  let url = Key<URLParts>(
    "url", .url(), required: true, "As the backend's `url`.", example: "http://10.0.0.2:8080")
  let weight = Key<Int>(
    "weight", .integer(1...1000), default: "1", "Its share among `urls`.", example: "2")
  let socket = Key<String>(
    "socket", .text("path of a socket"), default: "none",
    "Connects to this unix socket; the URL then gives scheme, `Host` and path.", example: "/run/users.sock")
}

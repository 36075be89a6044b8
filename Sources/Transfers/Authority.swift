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

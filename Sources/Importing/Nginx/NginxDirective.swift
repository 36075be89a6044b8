/// One directive with its block. *Confined to* one import.
final class NginxDirective {
  let name: String
  let arguments: [String]
  /// `nil` where it ends with a semicolon.
  let block: [NginxDirective]?
  /// `line:column`, both from 1.
  let place: String
  /// Where it stands among the others: `/0/3`.
  let path: String
  /// Whether something was made of it, or said of it.
  var isRead = false

  init(name: String, arguments: [String], block: [NginxDirective]?, place: String, path: String) {
    self.name = name
    self.arguments = arguments
    self.block = block
    self.place = place
    self.path = path
  }

  /// The last directive of a name in the block, which counts.
  subscript(name: String) -> NginxDirective? { all(name).last }

  /// All of a name in the block. They count as read.
  func all(_ name: String) -> [NginxDirective] {
    let found = (block ?? []).filter { $0.name == name }
    for directive in found { directive.isRead = true }
    return found
  }

  /// It and all that is in it.
  func readWhole() {
    isRead = true
    for directive in block ?? [] { directive.readWhole() }
  }

  /// Whether it, or something in it, lets in only some or nobody, or hands the request to what only nginx can run: the text
  /// of that must not be shown.
  var keepsOut: Bool {
    switch name {
    case "deny", "internal", "auth_basic", "auth_request", "auth_jwt", "secure_link", "secure_link_secret":
      arguments.first != "off"
    case "fastcgi_pass", "uwsgi_pass", "scgi_pass": true
    case "return": arguments.first.flatMap { Int($0) }.map { $0 >= 400 } ?? false
    default: block?.contains(where: \.keepsOut) ?? false
    }
  }

  /// Whether it keeps somebody out by a condition, or by a path below that of the route.
  var keepsOutByMore: Bool { ["if", "location"].contains(name) && keepsOut }
}

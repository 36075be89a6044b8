/// A file of the admin page: it is part of the program, so that nothing has to lie beside it. A value.
package struct AdminFile: Sendable {
  /// The last part of its path; empty for the page itself.
  package let name: String
  /// For `Content-Type`.
  package let type: String
  package let bytes: [UInt8]

  package static let all = [
    AdminFile(name: "", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
    AdminFile(name: "page.css", type: "text/css; charset=utf-8", bytes: PackageResources.page_css),
    AdminFile(name: "page.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.page_js),
  ]
}

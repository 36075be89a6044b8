import CCurl
import Messages

/// *Immutable.* Header lines that many transfers send, as a `curl_slist` that all of them share: each links its own
/// lines in front of it. The last lines keep libcurl from adding headers of its own.
package final class PreparedHeaders: Sendable {
  /// No line at all on the wire.
  package static let none = PreparedHeaders([])!

  nonisolated(unsafe) let list: UnsafeMutablePointer<curl_slist>
  let hasHost: Bool

  /// `nil` where a name is not a token or a value holds CR, LF or NUL.
  package init?(_ fields: [HeaderField]) {
    guard fields.allSatisfy(HeaderLines.isSafe) else { return nil }
    hasHost = fields.contains { $0.isNamed("host") }
    var list: UnsafeMutablePointer<curl_slist>?
    for field in fields where !HeaderLines.isOwn(field) {
      list = curl_slist_append(list, HeaderLines.line(field))
    }
    for suppressed in ["Accept:", "Expect:", "Content-Type:"] {
      list = curl_slist_append(list, suppressed)
    }
    guard let list else { return nil }
    self.list = list
  }

  /// The lines that go out.
  var fields: [HeaderField] {
    sequence(first: list) { $0.pointee.next }.compactMap { node in
      node.pointee.data.flatMap { HeaderField(line: String(cString: $0)) }
    }
  }

  deinit {
    curl_slist_free_all(list)
  }
}

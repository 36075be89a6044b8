/// The gateway among the proxies that a request came through (RFC 9110 §7.6.3).
package enum Via {
  /// As the process names itself to backends. Drawn at the start, so that another gateway before it or behind it is no
  /// loop.
  package static let pseudonym = "weft-" + RandomIDs.hex(UInt64.random(in: 0 ... .max)).prefix(8)

  /// Whether a `Via` line names this process: then the request has come back to it.
  package static func names(_ value: String) -> Bool {
    HeaderName.elements(value).contains { element in
      element.utf8.split(whereSeparator: HeadSyntax.isBlank).dropFirst().first?.elementsEqual(pseudonym.utf8) == true
    }
  }
}

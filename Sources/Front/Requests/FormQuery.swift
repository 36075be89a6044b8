/// The query of a request, read as a form (WHATWG URL §5.1): `a=1&b=2`, `+` for a space, escapes decoded.
package enum FormQuery {
  /// Every pair in its order. A name without `=` has an empty value; empty pairs are passed over.
  package static func forEach(_ request: IncomingRequest, _ body: (_ name: String, _ value: String) -> Void) {
    forEach(in: request.target, from: request.pathLength + 1, body)
  }

  /// The same for a target whose query begins `offset` bytes in.
  package static func forEach(in target: String, from offset: Int, _ body: (_ name: String, _ value: String) -> Void) {
    guard offset <= target.utf8.count else { return }
    var target = target
    target.withUTF8 { bytes in
      var start = offset
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
        if end > start {
          let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
          body(
            Percent.text(bytes, start..<equals, plusIsSpace: true),
            Percent.text(bytes, min(equals + 1, end)..<end, plusIsSpace: true))
        }
        start = end + 1
      }
    }
  }
}

/// The query of a request, read as a form (WHATWG URL §5.1): `a=1&b=2`, `+` for a space, escapes decoded.
enum FormQuery {
  /// Every pair in its order. A name without `=` has an empty value; empty pairs are passed over.
  static func forEach(_ request: IncomingRequest, _ body: (_ name: String, _ value: String) -> Void) {
    guard request.pathLength < request.target.utf8.count else { return }
    var target = request.target
    target.withUTF8 { bytes in
      var start = request.pathLength + 1
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

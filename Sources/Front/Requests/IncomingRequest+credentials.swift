import Messages
import NIOHTTP1
import Plans

extension IncomingRequest {
  /// Every credential at a place.
  /// - Parameter body: `isOpaque`: it holds bytes that are no text.
  package func forEachCredential(
    at place: CredentialPlace, _ body: (_ credential: String, _ isOpaque: Bool) -> Void
  ) {
    switch place {
    case .header(let wanted, let scheme):
      for (name, value) in headers where HeaderName.equals(name, lowercase: wanted) {
        guard let credential = Self.credential(in: value, scheme) else { continue }
        body(String(credential), opaque.contains(wanted))
      }
    case .cookie(let wanted):
      Cookies.forEach(headers) { name, value in
        if name.utf8.elementsEqual(wanted.utf8) { body(value, opaque.contains("cookie")) }
      }
    case .query(let wanted):
      FormQuery.forEach(self) { name, value in
        if name.utf8.elementsEqual(wanted.utf8) { body(value, false) }
      }
    }
  }

  /// `nil`: the value is of another scheme.
  private static func credential(in value: String, _ scheme: String?) -> Substring? {
    guard let scheme else { return value[...] }
    let bytes = value.utf8
    guard let end = bytes.index(bytes.startIndex, offsetBy: scheme.utf8.count, limitedBy: bytes.endIndex),
      zip(bytes, scheme.utf8).allSatisfy({ HeaderName.lower($0) == HeaderName.lower($1) }),
      end == bytes.endIndex || HeadSyntax.isBlank(bytes[end])
    else { return nil }
    return HeaderName.trimmed(value[end...])
  }

  /// Takes the credentials at a place out of what anybody sees of this request from now on. On the front loop, before the
  /// work begins.
  package func removeCredentials(at place: CredentialPlace) {
    var isThere = false
    forEachCredential(at: place) { _, _ in isThere = true }
    guard isThere else { return }
    switch place {
    case .header(let wanted, let scheme): removeHeaders(wanted) { Self.credential(in: $0, scheme) != nil }
    case .cookie(let wanted): removeCookie(wanted)
    case .query(let wanted): removeParameter(wanted)
    }
  }

  private func removeHeaders(_ wanted: String, where isMeant: (String) -> Bool) {
    let kept = headers.filter { name, value in !(HeaderName.equals(name, lowercase: wanted) && isMeant(value)) }
    headers = HTTPHeaders(kept.map { ($0.name, $0.value) })
    // Its bytes stand in for all lines of its name.
    opaque.remove(wanted)
  }

  private func removeCookie(_ wanted: String) {
    var lines: [(String, String)] = []
    for (name, value) in headers {
      guard HeaderName.equals(name, "cookie") else {
        lines.append((name, value))
        continue
      }
      let pairs = value.utf8.split(separator: UInt8(ascii: ";")).map { HeaderName.trimmed(Substring($0)) }
      let kept = pairs.filter { pair in
        let name = pair.utf8.prefix { $0 != UInt8(ascii: "=") }
        return !HeaderName.trimmed(Substring(name)).utf8.elementsEqual(wanted.utf8)
      }
      if !kept.isEmpty { lines.append((name, kept.joined(separator: "; "))) }
    }
    headers = HTTPHeaders(lines)
    opaque.remove("cookie")
  }

  /// The other pairs keep the client's spelling.
  private func removeParameter(_ wanted: String) {
    guard let query else { return }
    let kept = query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).filter { pair in
      var isMeant = false
      FormQuery.forEach(in: String(Substring(pair)), from: 0) { name, _ in
        if name.utf8.elementsEqual(wanted.utf8) { isMeant = true }
      }
      return !isMeant
    }
    let rest = kept.map { String(Substring($0)) }.joined(separator: "&")
    target = path + (rest.isEmpty ? "" : "?\(rest)")
  }
}

extension Exchange {
  /// Notes who the client has shown to be, for all that comes behind. On the front loop.
  package func identify(_ identity: ClientIdentity) {
    request.identity = identity
    record.identity = identity
  }
}

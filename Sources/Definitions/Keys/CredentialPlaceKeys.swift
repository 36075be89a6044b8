import Plans

/// Where a credential is.
struct CredentialPlaceKeys: KeySet {
  static let title = "Credential"
  static let noun = "`from`"
  static let introduction = "Where in a request a credential is: `header`, `cookie` or `query`."

  let header = Key<String>("header", .headerName(), "A header.", example: "authorization")
  let scheme = Key<String>(
    "scheme", .token("scheme"), default: "none: it is the whole value",
    "The word before it in the header, in any case; a value with another one is for somebody else.", example: "Bearer")
  let cookie = Key<String>("cookie", .token("cookie name"), "A cookie.", example: "session")
  let query = Key<String>("query", .text("name"), "A parameter of the query.", example: "api_key")

  static var relations: [KeyRelation] { [.oneOf(["header", "cookie", "query"]), .needs("scheme", ["header"])] }

  static func decode(_ reader: MappingReader<CredentialPlaceKeys>) -> CredentialPlace? {
    let (header, scheme, cookie, query) = (reader[\.header], reader[\.scheme], reader[\.cookie], reader[\.query])
    let given = [reader.pair(\.header), reader.pair(\.cookie), reader.pair(\.query)].compactMap(\.self)
    guard given.count == 1 else {
      reader.loading.report(
        given.dropFirst().first?.key ?? reader.node,
        "a place of a credential has one of `header`, `cookie` and `query`",
        hint: given.isEmpty ? nil : "write a list for several: `[{ header: x-api-key }, { query: api_key }]`")
      return nil
    }
    if let pair = reader.pair(\.scheme), reader.pair(\.header) == nil {
      reader.loading.report(pair.key, "`scheme` is for a `header`", hint: "remove it")
    }
    return header.map { .header($0.lowercased(), scheme: scheme) } ?? cookie.map { .cookie($0) }
      ?? query.map { .query($0) }
  }
}

extension ValueType<[CredentialPlace]> {
  /// A place, or a list of them.
  static func credentialPlaces() -> ValueType {
    let place = ValueType<CredentialPlace>.table(CredentialPlaceKeys.self, CredentialPlaceKeys.decode)
    let several = ValueType.oneOrList(of: place)
    return ValueType(several.shape) { node, loading in
      guard let places = several.read(node, loading) else { return nil }
      for (index, place) in places.enumerated() where places[..<index].contains(place) {
        loading.report(node, "a place is given twice", hint: "remove one")
        break
      }
      return places
    }
  }
}

extension ValueType<String> {
  /// RFC 9110 §5.6.2; case is kept.
  fileprivate static func token(_ name: String) -> ValueType {
    setting(.scalar(name, .setting(Pattern.headerName)), expected: "a \(name)") { setting, loading in
      if HeaderNames.isToken(setting.text) { return setting.text }
      loading.report(setting.node, "\(setting.shown) is not a \(name); it has letters, digits and `-`")
      return nil
    }
  }
}

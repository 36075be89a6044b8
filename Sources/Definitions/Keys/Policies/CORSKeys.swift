import Plans

/// What pages of other origins may do.
struct CORSKeys: KeySet {
  static let title = "CORS"
  static let noun = "`cors`"
  static let introduction = """
    Which pages of other origins may read a route's answers in a browser. `cors: "*"` is `cors: { origins: "*" }`; \
    `cors: none` takes a default back. See [The edge](edge.md#pages-of-other-origins).
    """

  let origins = Key<CORSPlan.Origins>(
    "origins", .origins(), required: true,
    "Origins as browsers send them: scheme, host, and port where it is not the scheme's own. `*.` stands for one label or "
      + "more, `null` for pages without an origin, `\"*\"` for all pages.",
    example: "[https://shop.example, https://*.shop.example]")
  let methods = Key<[String]>(
    "methods", .distinct(of: .methodName(), isEmptyAllowed: false), default: "those of the path",
    "Methods that pages may use.", example: "[GET, POST]")
  let headers = Key<[String]>(
    "headers", .distinct(of: .headerName()), default: "those that are asked for", "Headers that pages may send.",
    example: "[content-type, authorization]")
  let expose = Key<[String]>(
    "expose", .distinct(of: .headerName()), default: "none", "Headers of answers that pages may read.",
    example: "[weft-outcome, x-request-id]")
  let credentials = Key<Bool>(
    "credentials", .boolean(), default: "false", "Pages may send cookies and the like. Not for all origins.",
    example: "true")
  let maxAge = Key<Duration>(
    "maxAge", .duration(.zero...(.seconds(86_400))), default: "the browser's own",
    "How long a browser may keep what it was told, in whole seconds.", example: "10m")

  static func decode(_ reader: MappingReader<CORSKeys>) -> CORSPlan? {
    guard let origins = reader[\.origins] else { return nil }
    var plan = CORSPlan(origins: origins)
    plan.methods = reader[\.methods]
    plan.headers = reader[\.headers]
    plan.expose = reader[\.expose] ?? []
    plan.credentials = reader[\.credentials] ?? false
    plan.maxAge = reader[\.maxAge]
    if plan.credentials { checkCredentials(plan, reader) }
    if plan.credentials, plan.admits("null"), plan.origins != .any, let pair = reader.pair(\.origins) {
      reader.loading.warn(
        pair.key,
        "with `credentials` and the origin `null` any page can read what its visitors may, by a sandboxed frame",
        hint: "leave `null` out, or `credentials`")
    }
    return plan
  }

  /// With credentials `*` is a name like any other to browsers (Fetch §3.3.5).
  private static func checkCredentials(_ plan: CORSPlan, _ reader: MappingReader<CORSKeys>) {
    if plan.origins == .any, let pair = reader.pair(\.credentials) {
      reader.loading.report(
        pair.key, "`credentials` is not for all origins: any page could read what its visitors may",
        hint: "list the origins that are yours")
    }
    let lists: [(pair: YAMLNode.Pair?, names: [String]?)] = [
      (reader.pair(\.methods), plan.methods), (reader.pair(\.headers), plan.headers),
      (reader.pair(\.expose), plan.expose),
    ]
    for (pair, names) in lists {
      if let pair, names?.contains("*") == true {
        reader.loading.report(
          pair.value, "with `credentials`, browsers do not take `*` for all of `\(pair.name)`",
          hint: "write the names out")
      }
    }
  }
}

extension Key where Value == CORSPlan? {
  static var cors: Key {
    Key(
      "cors", .orNone(.cors()), default: "none",
      "Pages of other origins that may read the answers; preflights are answered before everything else.",
      example: "{ origins: [https://shop.example], credentials: true, maxAge: 10m }")
  }
}

extension ValueType<CORSPlan> {
  /// `"*"` or a mapping.
  fileprivate static func cors() -> ValueType {
    let table = ValueType.table(CORSKeys.self, CORSKeys.decode)
    return ValueType(.either(.choice(["*"]), table.shape)) { node, loading in
      if node.text == "*" { return CORSPlan(origins: .any) }
      if node.pairs != nil { return table.read(node, loading) }
      let names = node.elements?.compactMap(\.text) ?? node.text.map { [$0] } ?? []
      let isListed = !names.isEmpty && names.allSatisfy { $0.contains("://") }
      loading.report(
        node, "expected `\"*\"`, `none` or a mapping with `origins`, found \(node.kind)",
        hint: isListed ? "did you mean `{ origins: [\(names.joined(separator: ", "))] }`?" : nil)
      return nil
    }
  }
}

extension ValueType<CORSPlan.Origins> {
  /// `"*"` or a list.
  fileprivate static func origins() -> ValueType {
    let list = ValueType<[String]>.distinct(of: .origin(), isEmptyAllowed: false)
    return ValueType(.either(.choice(["*"]), list.shape)) { node, loading in
      if node.text == "*" { return .any }
      guard let origins = list.read(node, loading) else { return nil }
      guard let star = node.elements?.first(where: { $0.text == "*" }) else { return .listed(OriginList(origins)) }
      if origins.count > 1 { loading.report(star, "`*` is all origins, so the others say nothing", hint: "remove one") }
      return .any
    }
  }
}

/// Definitions from a configuration of KrakenD, of versions 3 and 2 (JSON or YAML).
///
/// *Confined to* one import.
package final class KrakenDImporter {
  /// What a duration is where the configuration says nothing: KrakenD's own default.
  static let defaultTimeout = 2000

  let marks = ReadMarks()
  let exists: (String) -> Bool
  var backends = KrakenDBackends()
  var auth = KrakenDAuth()
  var gateway = YAMLMapping()
  var defaults = YAMLMapping()
  var hosts: [String] = []
  /// The service's `host`, `cache_ttl` and `output_encoding`: what an endpoint has that says nothing.
  var serviceHosts: [String] = []
  var serviceCache: Int?
  var serviceEncoding = "json"
  /// Whether all routes refuse everybody, as what guards the service is not translated.
  var isServiceClosed = false

  private init(exists: @escaping (String) -> Bool) { self.exists = exists }

  /// - Parameter exists: whether there is a file on this machine. What names one that is not there is only proposed, as a
  ///   comment, since `check` wants it to be there.
  package static func definitions(
    of text: String, exists: @escaping (String) -> Bool = { _ in false }
  ) throws(ImportError) -> ImportedDefinitions {
    let importer = KrakenDImporter(exists: exists)
    let root = DocumentCursor(try DocumentReader.read(text), marks: importer.marks)
    guard root.isObject, let endpoints = root["endpoints"] else {
      throw ImportError("this is no configuration of KrakenD: it has no `endpoints`")
    }
    for name in ["version", "name"] { _ = root[name] }
    importer.readService(root)
    let routes = importer.routes(endpoints.elements)
    importer.marks.remarkUnread(root.value, hint: KrakenDNames.hint)
    return importer.files(routes)
  }

  private func files(_ routes: YAMLMapping) -> ImportedDefinitions {
    var file = YAMLMapping()
    if !hosts.isEmpty { file["hosts"] = .texts(hosts) }
    file.add("defaults", .mapping(defaults), from: defaultOrigins)
    let backends = backends.mapping()
    if !backends.isEmpty { file["backends"] = .mapping(backends) }
    file["routes"] = .mapping(routes.isEmpty ? Placeholder.routes(beside: routes) : routes)
    if let providers = auth.mapping { gateway.add("auth", .mapping(providers)) }
    let remarks = marks.remarks
    let head = [
      "Made by `weft import krakend`. What is not said here, or only nearly, is told by `import: PLACE: …`."
    ]
    let named = gateway.entries.isEmpty ? [("api.yaml", file)] : [("gateway.yaml", gateway), ("api.yaml", file)]
    let texts = YAMLWriter.text(
      named.map(\.1), remarks: remarks, comments: named.map { $0.0 == "api.yaml" ? head : [] })
    return ImportedDefinitions(files: Array(zip(named.map(\.0), texts)), remarks: remarks)
  }

  private var defaultOrigins: [String] { ["/extra_config", "/timeout"] }
}

/// What stands in for routes where there are none: a folder needs one.
enum Placeholder {
  static func routes(beside others: YAMLMapping) -> YAMLMapping {
    var routes = others
    var route = YAMLMapping()
    route["status"] = .bare("501")
    route["response"] = .inline(
      YAMLMapping(entries: [.init(name: "detail", value: .text("nothing could be translated"))]))
    routes.add("GET /", .mapping(route))
    return routes
  }
}

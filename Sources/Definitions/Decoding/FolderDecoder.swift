import Plans

/// Decodes all files as one whole: first every backend, then the routes that use them.
struct FolderDecoder {
  private let loading: Loading

  init(_ loading: Loading) {
    self.loading = loading
  }

  /// Meaningful only where no error was reported.
  func decode(_ sources: [SourceFile]) -> GatewayPlan {
    var gateway = GatewayFile()
    var files: [(source: SourceFile, reader: MappingReader<FileKeys>)] = []
    var isBroken = false
    var brokenGateway = ""
    // What gateway.yaml names may stand in the folder, and is no BFF file.
    let ordered = sources.filter({ $0.stem == "gateway" }) + sources.filter({ $0.stem != "gateway" })
    let all = ordered.map { (source: $0, composed: YAMLComposer.compose($0)) }
    for file in all { BackendDocument.note(file.composed.root, loading) }
    for (source, composed) in all
    where !loading.isNamed(source.name) && !brokenGateway.contains(source.lastName) {
      // A list may be one of secrets whose name is misspelt in gateway.yaml: nothing of it is shown.
      if composed.root?.elements == nil { loading.add(source) }
      loading.add(composed.diagnostics)
      isBroken = isBroken || composed.isBroken
      if source.stem == "gateway", composed.isBroken { brokenGateway += source.text }
      guard let root = composed.root, !composed.isBroken else { continue }
      if source.stem == "gateway" {
        if let first = gateway.name {
          loading.report(root, "there is a `\(first)` already; a gateway has one of them", hint: "remove one")
        }
        gateway.name = root.location.file
        if let reader = MappingReader<GatewayKeys>(root, loading) { read(reader, into: &gateway) }
      } else if let reader = MappingReader<FileKeys>(root, loading) {
        files.append((source, reader))
      }
    }
    if !gateway.tellsOfTracing, brokenGateway.isEmpty { gateway.process.tracing = TracingEnvironment(loading).plan() }
    let backends = backends(files.map(\.reader))
    if !isBroken { checkNames(of: backends) }
    // A broken file may hold backends that others use: what is said of routes and providers would mostly be about that.
    let providers = isBroken ? nil : ProviderDecoder.plans(gateway.providers, backends)
    let routes = isBroken ? [] : routes(files, backends, providers, [gateway.defaults].compactMap(\.self))
    var plan = GatewayPlan(process: gateway.process, backends: backends, routes: routes)
    plan.providers = providers ?? []
    plan.plans = loading.plans?.plans ?? []
    plan.answers = gateway.answers
    plan.backendDocuments = loading.documents
    plan.files = Secret(loading.secrets)
    plan.sources = sources.map { loading.source($0) }
    return plan
  }

  /// What gateway.yaml says, but for plans.
  private struct GatewayFile {
    /// `nil` where there is none.
    var name: String?
    var process = ProcessPlan()
    var tellsOfTracing = false
    /// `nil` where they can't be read, and nothing is known of them.
    var providers: [UnresolvedProvider]? = []
    var defaults: YAMLNode?
    var answers = AnswerPolicies()
  }

  private func read(_ reader: MappingReader<GatewayKeys>, into gateway: inout GatewayFile) {
    gateway.process = GatewayDecoder.decode(reader)
    gateway.tellsOfTracing = reader.pair(\.tracing) != nil
    // Files of keys name them.
    loading.plans = PlanDecoder.decode(reader)
    loading.isWithoutPlans = reader.pair(\.plans) == nil
    gateway.providers = ProviderDecoder.decode(reader, gateway.process)
    gateway.defaults = checked(reader[\.defaults])
    if let defaults = gateway.defaults { gateway.answers = answers(defaults) }
  }

  private func backends(_ readers: [MappingReader<FileKeys>]) -> [BackendPlan] {
    var plans: [BackendPlan] = []
    var tokenBackends: [YAMLNode] = []
    for reader in readers {
      for pair in reader[\.backends] ?? [] {
        let plan = BackendDecoder(loading: loading).decode(pair)
        if let first = plans.first(where: { $0.name == plan.name })?.location {
          loading.report(
            pair.key,
            "the backend `\(plan.name)` is defined twice; the first is at \(first)",
            hint: "all files know it: remove one, or rename it")
          continue
        }
        plans.append(plan)
        if let place = pair.value["oauth2"]?.value["backend"]?.value { tokenBackends.append(place) }
      }
    }
    OAuth2Decoder.check(tokenBackends, among: plans, loading)
    return plans.map { plan in
      var plan = plan
      if let place = plan.oauth2?.place { plan.oauth2?.place = place.resolved(among: plans) }
      return plan
    }
  }

  /// Reports names of backends, in gateway.yaml and of backends themselves, that nothing has.
  private func checkNames(of backends: [BackendPlan]) {
    let names = backends.map(\.name)
    for node in loading.backendNames {
      guard let name = node.text, !names.contains(name) else { continue }
      loading.report(unknownBackend: name, in: node, among: names)
    }
  }

  private func routes(
    _ files: [(source: SourceFile, reader: MappingReader<FileKeys>)], _ backends: [BackendPlan],
    _ providers: [ProviderPlan]?, _ defaults: [YAMLNode]
  ) -> [RoutePlan] {
    var routes: [RoutePlan] = []
    var table = RouteTable()
    var names: [String: SourceLocation] = [:]
    var operations: [String: SourceLocation] = [:]
    for (source, reader) in files {
      var file = bff(source, reader, &names)
      file.defaults += defaults
      let decoder = RouteDecoder(file: file, backends: backends, providers: providers, loading: loading)
      for pair in reader[\.routes] ?? [] {
        guard let route = decoder.decode(pair) else { continue }
        table.add(route, key: pair.key, loading)
        if let id = route.documentation.operationID, let place = pair.value["operationId"]?.value {
          if let first = operations[id] {
            loading.report(place, "the operation `\(id)` is named twice; the first is at \(first)", hint: "rename it")
          }
          operations[id] = place.location
        }
        routes.append(route)
      }
    }
    table.reportCovered(loading)
    return routes
  }

  private func bff(
    _ source: SourceFile, _ reader: MappingReader<FileKeys>, _ names: inout [String: SourceLocation]
  ) -> BFFFile {
    let name = reader[\.bff] ?? source.stem
    let place = reader.pair(\.bff)?.value ?? reader.node
    if let first = names[name] {
      loading.report(
        place, "the BFF `\(name)` is defined twice; the first is at \(first)",
        hint: "give it another name by `bff`")
    } else {
      names[name] = place.location
    }
    let defaults = [checked(reader[\.defaults])].compactMap(\.self)
    return BFFFile(name: name, prefix: prefix(reader), hosts: reader[\.hosts] ?? [], defaults: defaults)
  }

  /// Defaults are checked even where no route uses them; `nil` where they are no mapping.
  private func checked(_ defaults: YAMLNode?) -> YAMLNode? {
    guard let defaults, MappingReader<RouteKeys>(defaults, loading) != nil else { return nil }
    for key in RouteKeys.all {
      if let pair = defaults[key.name] { key.check(pair.value, loading) }
    }
    return defaults
  }

  /// What the gateway's defaults say of answers to requests without a route.
  private func answers(_ defaults: YAMLNode) -> AnswerPolicies {
    guard
      let reader = MappingReader<RouteKeys>(defaults, Loading(environment: loading.environment, folder: loading.folder))
    else { return AnswerPolicies() }
    let scope = RouteScope(
      captures: [], calls: [], providers: [], route: ("unknown paths", defaults), loading: loading)
    return PolicyDecoder.answers(reader, scope)
  }

  private func prefix(_ reader: MappingReader<FileKeys>) -> [PathPattern.Segment] {
    guard let node = reader[\.prefix],
      let setting = SettingText(node, loading, expected: "a path such as `/mobile`")
    else { return [] }
    do throws(TemplateError) {
      let segments = try PatternParser.parse(setting.text, at: 0)
      if segments.last == .literal("") {
        throw TemplateError("\(setting.shown) ends with `/`; the routes' paths begin with one", offset: 0)
      }
      if case .rest? = segments.last {
        throw TemplateError("a prefix can't capture the rest: the routes' paths follow it", offset: 0)
      }
      return segments
    } catch {
      if setting.isComputed {
        // The message may quote what came out of the environment.
        loading.report(
          node, "\(setting.shown) is not a prefix; it begins with `/`, does not end with one, and has no template")
      } else {
        loading.report(error, in: node)
      }
      return []
    }
  }
}

/// What is said of all routes of a BFF file.
struct BFFFile {
  let name: String
  let prefix: [PathPattern.Segment]
  let hosts: [String]
  /// Its own, then the gateway's.
  var defaults: [YAMLNode]
}

import Plans

/// Decodes `auth` of a route.
struct AuthDecoder {
  let reader: MappingReader<RouteKeys>
  /// Of gateway.yaml; `nil` where it can't be read, and nothing is known of them.
  let providers: [ProviderPlan]?
  /// Of its own: what decides who comes in is no part of the answer.
  let scope: RouteScope

  /// The providers that are in effect; empty without `auth`, `nil` where they are not known.
  static func providers(_ reader: MappingReader<RouteKeys>, of all: [ProviderPlan]?) -> [ProviderPlan]? {
    guard reader.pair(\.auth) != nil else { return [] }
    guard let setting = reader[\.auth], let all else { return nil }
    guard let setting else { return [] }
    let found = setting.providers.compactMap { named in all.first { $0.name == named.name } }
    return found.count == setting.providers.count ? found : nil
  }

  /// `nil` without `auth`, and after reporting what is wrong.
  func decode() -> AuthPlan? {
    guard let setting = reader[\.auth] ?? nil, let providers else { return nil }
    var plan = AuthPlan(setting.providers.map(\.name), rule: setting.rule)
    var asksOfEverybody = false
    for (index, named) in setting.providers.enumerated() {
      if setting.providers[..<index].contains(where: { $0.name == named.name }) {
        scope.loading.report(named.place, "`\(named.name)` is given twice", hint: "remove one")
      }
      guard let provider = providers.first(where: { $0.name == named.name }) else {
        report(unknown: named, providers)
        continue
      }
      plan.credentials = plan.credentials.union(provider.credentials)
      plan.shown = plan.shown.union(provider.shown)
      if provider.asksOfEverybody { asksOfEverybody = true }
    }
    checkReach(setting, providers)
    plan.scopes = setting.scopes
    plan.isOptional = setting.isOptional && !asksOfEverybody
    if let node = setting.requirement {
      var templates = TemplateReader(scope)
      plan.requirement = templates.condition(node, .requirement)
    }
    plan.reads = scope.reads
    plan.env = scope.environment
    return plan
  }

  /// Warns of what has no effect beside a provider that is asked of everybody.
  private func checkReach(_ setting: AuthSetting, _ providers: [ProviderPlan]) {
    let index = setting.providers.firstIndex { named in
      providers.contains { $0.name == named.name && $0.asksOfEverybody }
    }
    guard let index else { return }
    let name = setting.providers[index].name
    if setting.rule == .any {
      for unreached in setting.providers[(index + 1)...] {
        scope.loading.warn(
          unreached.place, "`\(unreached.name)` is never asked: `\(name)` before it is asked of everybody",
          hint: "put it before `\(name)`, or give that `from`")
      }
    }
    if let place = setting.optional, setting.isOptional {
      scope.loading.warn(
        place, "`optional` does nothing: `\(name)` is asked of everybody, whatever they show",
        hint: "remove it, or give `\(name)` `from`")
    }
  }

  private func report(unknown named: NamedProvider, _ providers: [ProviderPlan]) {
    let names = providers.map(\.name)
    let known = names.isEmpty ? "gateway.yaml defines none" : "there are \(names.quoted)"
    let example = "define it in gateway.yaml: `auth: { \(named.name): { apiKey: { keys: keys.yaml } } }`"
    scope.loading.report(
      named.place, "there is no provider `\(named.name)`; \(known)",
      hint: names.isEmpty ? example : Suggestion.hint(for: named.name, among: names))
  }
}

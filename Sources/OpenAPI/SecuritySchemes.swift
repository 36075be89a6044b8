import JSONText
import Plans

/// How clients show who they are, as `auth` of gateway.yaml has it. *Immutable.*
struct SecuritySchemes {
  /// One way to show a credential: the name of its scheme.
  private let ways: [String: [String]]
  /// In the order of the file.
  let schemes: [(name: String, scheme: JSONValue)]
  private let version: OpenAPIVersion

  init(_ providers: [ProviderPlan], _ version: OpenAPIVersion) {
    self.version = version
    var ways: [String: [String]] = [:]
    var schemes: [(name: String, scheme: JSONValue)] = []
    for provider in providers {
      let found = Self.schemes(provider.kind, version)
      for (place, scheme) in found.enumerated() {
        let name = place == 0 ? provider.name : "\(provider.name)-\(place + 1)"
        schemes.append((name, scheme))
        ways[provider.name, default: []].append(name)
      }
    }
    (self.ways, self.schemes) = (ways, schemes)
  }

  /// The bound on ways of which each has a part of every provider.
  private static let mostWays = 16

  /// What a route wants; `nil`: nothing.
  func requirement(_ auth: AuthPlan?) -> JSONValue? {
    guard let auth else { return nil }
    var alternatives: [[String]] = []
    switch auth.rule {
    case .any: alternatives = auth.providers.flatMap { ways[$0] ?? [] }.map { [$0] }
    case .all:
      alternatives = auth.providers.reduce([[]]) { ways, provider in
        let more = self.ways[provider] ?? []
        return more.isEmpty ? ways : Array(ways.flatMap { way in more.map { way + [$0] } }.prefix(Self.mostWays))
      }
    }
    alternatives.removeAll(where: \.isEmpty)
    guard !alternatives.isEmpty else { return nil }
    let scopes = version == .latest ? auth.scopes.map { JSONValue.string($0) } : []
    var requirements = alternatives.map { names in
      JSONValue.object(JSONObject(names.map { .init(name: $0, value: .array(scopes)) }))
    }
    if auth.isOptional { requirements.append([:]) }
    return .array(requirements)
  }

  private static func schemes(_ kind: ProviderPlan.Kind, _ version: OpenAPIVersion) -> [JSONValue] {
    switch kind {
    case .apiKey(let plan): plan.places.map { scheme($0, format: nil) }
    case .basic: [["type": "http", "scheme": "basic"]]
    case .certificate: version == .latest ? [["type": "mutualTLS"]] : []
    case .jwt(let plan): plan.places.map { scheme($0, format: "JWT") }
    case .introspection(let plan): plan.places.map { scheme($0, format: nil) }
    case .external(let plan): plan.places.map { scheme($0, format: nil) }
    }
  }

  private static func scheme(_ place: CredentialPlace, format: String?) -> JSONValue {
    switch place {
    case .header(let name, let scheme?):
      guard name == "authorization" else {
        return [
          "type": "apiKey", "in": "header", "name": .string(name),
          "description": .string("`\(scheme)`, a space, and the credential."),
        ]
      }
      var http: JSONObject = JSONObject()
      http.append("type", "http")
      http.append("scheme", .string(scheme.lowercased()))
      if let format, scheme.lowercased() == "bearer" { http.append("bearerFormat", .string(format)) }
      return .object(http)
    case .header(let name, nil): return ["type": "apiKey", "in": "header", "name": .string(name)]
    case .cookie(let name): return ["type": "apiKey", "in": "cookie", "name": .string(name)]
    case .query(let name): return ["type": "apiKey", "in": "query", "name": .string(name)]
    }
  }
}

extension ProviderPlan {
  /// Where its credentials are in a request.
  var credentialPlaces: [CredentialPlace] {
    switch kind {
    case .apiKey(let plan): plan.places
    case .basic: [BasicPlan.place]
    case .certificate: []
    case .jwt(let plan): plan.places
    case .introspection(let plan): plan.places
    case .external(let plan): plan.places
    }
  }
}

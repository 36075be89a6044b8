import JSONText
import Plans

/// What all operations of one document share. *Immutable.*
struct DocumentContext {
  let plan: GatewayPlan
  let writer: SchemaWriter
  let security: SecuritySchemes
  let backends: BackendDocuments

  init(_ plan: GatewayPlan, _ version: OpenAPIVersion) {
    self.plan = plan
    writer = SchemaWriter(version: version)
    security = SecuritySchemes(plan.providers, version)
    backends = BackendDocuments(plan)
  }

  func providers(_ auth: AuthPlan) -> [ProviderPlan] {
    plan.providers.filter { auth.providers.contains($0.name) }
  }

  func credentials(of route: RoutePlan) -> [CredentialPlace] {
    (route.policies.auth.map(providers) ?? []).flatMap(\.credentialPlaces)
  }
}

import Firewall
import JSONText
import Messages
import Plans

/// A policy of a route with what it is set to, in words.
struct ExplainedPolicy {
  let stage: StageName
  /// `nil`: told elsewhere in the explanation.
  let settings: String?

  /// - Parameters:
  ///   - gateway: whose limits count where the route has none of its own.
  ///   - inquiries: of the route's providers.
  init(_ stage: StageName, of route: RoutePlan, _ gateway: GatewayPlan, _ inquiries: [ExplainedInquiry]) {
    self.stage = stage
    let policies = route.policies
    settings =
      switch stage {
      case .secure: "nosniff, no-referrer, same-origin; without Server and X-Powered-By of backends"
      case .cors: policies.cors?.written
      case .compress: policies.compress?.written
      case .address: policies.addresses?.written
      case .limit: policies.limits?.written(at: .head)
      case .auth: policies.auth.map { ([$0.written] + inquiries.map(\.text)).joined(separator: "; ") }
      case .limitByIdentity: policies.limits?.written(at: .identity)
      case .limitByBody: policies.limits?.written(at: .body)
      case .refuse: policies.refusals?.written
      case .body: "at most \((policies.bodyLimit ?? gateway.process.limits.bodyBytes).bytesWritten)"
      case .waf: policies.waf?.written
      case .idempotency: policies.idempotency?.written
      case .cache: nil
      }
  }

  var json: JSONValue { ["name": .string(stage.label), "settings": .text(settings)] }
}

extension CORSPlan {
  fileprivate var written: String {
    let pages: String =
      switch origins {
      case .any: "pages of all origins"
      case .listed(let list): "pages of \(list.names.written)"
      }
    var parts = [pages]
    if let methods { parts.append("methods \(methods.written)") }
    if let headers { parts.append(headers.isEmpty ? "no headers" : "headers \(headers.written)") }
    if !expose.isEmpty { parts.append("exposes \(expose.written)") }
    if credentials { parts.append("with credentials") }
    if let maxAge { parts.append("kept for \(maxAge.written)") }
    return parts.joined(separator: "; ")
  }
}

extension CompressPlan {
  fileprivate var written: String {
    "\(encodings.map(\.rawValue).written) from \(min.bytesWritten) on of \(types.names.written)"
  }
}

extension AddressPlan {
  fileprivate var written: String {
    let lists = [("allow", allow), ("deny", deny.isEmpty ? nil : deny)]
    return lists.compactMap { name, blocks in blocks.map { "\(name) \($0.map(\.text).written)" } }
      .joined(separator: "; ")
  }
}

extension AuthPlan {
  fileprivate var written: String {
    let word = rule == .any ? " or " : " and "
    var parts = [providers.joined(separator: word)]
    if !scopes.isEmpty { parts.append("scopes \(scopes.written)") }
    if let requirement { parts.append("if \(requirement.source)") }
    if isOptional { parts.append("optional") }
    return parts.joined(separator: "; ")
  }
}

extension RouteLimits {
  fileprivate func written(at place: LimitPlan.Place) -> String {
    let own = limits(at: place).map { "\($0.name): \($0.written)" }
    return (own + (plans(at: place).map { ["by the client's plan: \($0.written)"] } ?? [])).joined(separator: "; ")
  }
}

extension RefusalPlan {
  fileprivate var written: String {
    rules.map { rule in "\(rule.status) if \(rule.when.source)" + (rule.detail.map { " (\($0))" } ?? "") }
      .joined(separator: "; ")
  }
}

extension WAFPlan {
  fileprivate var written: String {
    let settings = rules.settings
    let sources = settings.sources.map { source in
      switch source {
      case .core: "crs (paranoia \(settings.paranoia))"
      case .file(let path): path
      }
    }
    let without = settings.exclude.isEmpty ? "" : "; without \(settings.exclude.map { "\($0)" }.written)"
    return "\(mode.rawValue) by \(sources.written)\(without)"
  }
}

extension IdempotencyPlan {
  fileprivate var written: String {
    var parts = [isRequired ? "by \(header), required" : "by \(header)", "kept for \(ttl.written)"]
    if let wait { parts.append("waits \(wait.written)") }
    if onRedisFailure == .local { parts.append("without Redis in this process") }
    return parts.joined(separator: "; ")
  }
}

extension [String] {
  /// Elements of a list that are told.
  private static var most: Int { 10 }

  fileprivate var written: String {
    prefix(Self.most).joined(separator: ", ") + (count > Self.most ? " and \(count - Self.most) more" : "")
  }
}

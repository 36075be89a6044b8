import Plans

/// What answers tell of the gateway.
struct ExposeKeys: KeySet {
  static let title = "Expose"
  static let noun = "`expose`"
  static let introduction = "What answers tell of Weft itself. See [The edge](edge.md#what-answers-say)."

  let outcomeHeader = Key<Bool>(
    "outcomeHeader", .boolean(), default: "\(ExposePlan().outcomeHeader)",
    "`Weft-Outcome`, for all clients; without it, for those of `trustedProxies` only.", example: "false")
  let requestId = Key<Bool>(
    "requestId", .boolean(), default: "\(ExposePlan().requestID)", "`X-Request-Id`.", example: "false")
  let serverTiming = Key<Bool>(
    "serverTiming", .boolean(), default: "\(ExposePlan().serverTiming)",
    "`Server-Timing`, how long each call took, for all clients; without it, for those of `trustedProxies` only.",
    example: "true")

  static func decode(_ reader: MappingReader<ExposeKeys>) -> ExposePlan {
    var plan = ExposePlan()
    plan.outcomeHeader = reader[\.outcomeHeader] ?? plan.outcomeHeader
    plan.requestID = reader[\.requestId] ?? plan.requestID
    plan.serverTiming = reader[\.serverTiming] ?? plan.serverTiming
    return plan
  }
}

extension Key where Value == ExposePlan {
  static var expose: Key {
    Key(
      "expose", .table(ExposeKeys.self, ExposeKeys.decode), default: "all but `Server-Timing`",
      "What answers tell of Weft itself.",
      example: "{ outcomeHeader: false }")
  }
}

extension Key where Value == YAMLNode? {
  static var errors: Key {
    Key(
      "errors", .orNone(.value()), default: "problem documents (RFC 9457)",
      "The body of all answers of 400 and above that Weft makes itself, of which `error` tells: JSON, or a text. What "
        + "gateway.yaml's `defaults` say holds for unknown paths, too.",
      example: "{ code: \"${error.status}\", message: \"${error.detail || error.title}\" }")
  }
}

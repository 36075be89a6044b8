/// What a definition wants of all answers of a route, whoever gives them. A value; empty where nothing is asked for.
package struct AnswerPolicies: Sendable {
  /// `nil`: none are set or removed.
  package var responseHeaders: ResponseHeadersPlan?
  /// `nil`: problems are problem documents.
  package var errors: ErrorsPlan?
  /// `nil`: all is told.
  package var expose: ExposePlan?

  package init() {}

  package var isEmpty: Bool { responseHeaders == nil && errors == nil && expose == nil }
}

/// Headers that are set on answers, or removed. A value.
package struct ResponseHeadersPlan: Sendable {
  package let templates: [HeaderTemplate]
  /// Inputs of the request, without its body, which need not be here.
  package let reads: RequestReads
  /// Some template reads the backend's response.
  package let readsResponse: Bool

  /// `nil` where there are none.
  /// - Parameter queryDefaults: of the route's parameters.
  package init?(_ templates: [HeaderTemplate], queryDefaults: [String: String] = [:]) {
    if templates.isEmpty { return nil }
    self.templates = templates
    let paths = templates.flatMap { $0.value.references.map(\.path) }
    var reads = RequestReads()
    reads.queryDefaults = queryDefaults
    for path in paths { reads.insert(path) }
    reads.body = false
    self.reads = reads
    readsResponse = paths.contains { $0.isEmpty || $0[0] == ScopeName.response.rawValue }
  }
}

/// The body of answers of 400 and above that the gateway makes itself. A value.
package struct ErrorsPlan: Sendable {
  package let body: ValueTemplate

  package init(_ body: ValueTemplate) {
    self.body = body
  }
}

/// What answers tell of the gateway. A value.
package struct ExposePlan: Hashable, Sendable {
  /// `Weft-Outcome`, to all clients. Trusted proxies are told anyway.
  package var outcomeHeader = true
  /// `X-Request-Id`
  package var requestID = true
  /// `Server-Timing`, to all clients. Trusted proxies are told anyway.
  package var serverTiming = false

  package init() {}
}

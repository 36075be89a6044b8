import Messages

/// One call of a composite.
package struct CallPlan: Sendable {
  package enum Decoding: String, CaseIterable, Sendable {
    case json, text
  }

  /// The bound on a body that is sent, in bytes: more than any request body that is read in practice, which it may hold
  /// whole.
  package static let maxBodyBytes = 64 << 20

  package var name: String
  package var request: RequestTemplate
  package var required = false
  /// Stands in for the value when the call fails.
  package var fallback: ValueTemplate?
  /// The call is skipped where this is false by JMESPath's notion of truth.
  package var when: TextTemplate?
  /// The whole call with its retries; `nil`: what is left of the route's budget, of a write `writeTimeout`.
  package var timeout: Duration?
  package var headers: [HeaderTemplate] = []
  /// Lower-case names of client headers that go upstream: the backend's `forward`, but for what `headers` sets.
  package var forward: [String] = []
  /// All of the client's headers go upstream but these, which `headers` sets: in lower case, with `-` for `_`. `nil`:
  /// those that `forward` names.
  package var forwardsAllBut: Set<String>?
  /// Sent as JSON.
  package var body: ValueTemplate?
  package var accept = StatusSet.success
  package var absent = StatusSet()
  package var decoding = Decoding.json
  /// Applied to the decoded body, which is `@` and `$` in it; no other name is in scope.
  package var select: TextTemplate?
  package var each: EachPlan?
  /// Indices of calls whose values any template of this call reads, and that it therefore waits for.
  package var reads: [Int] = []
  /// Indices of calls that `after` names.
  package var after: [Int] = []
  /// Whether a template reads `calls.<this>.headers`; only then are the response's headers kept.
  package var headersAreRead = false
  /// `nil`: its values are not kept.
  package var cache: CachePlan?
  /// It only reads, though its method is unsafe: a search, a price, a GraphQL query.
  package var isDeclaredSafe = false
  /// What undoes it; writes only.
  package var compensation: CompensationPlan?
  package var idempotencyKey = IdempotencyKey.derived
  /// Indices of the required calls that this write waits for though it names none of them: it is sent only where all that
  /// could refuse the client has ended well. None of them waits for it.
  package var requiredBefore: [Int] = []
  package var location: SourceLocation

  package init(name: String, request: RequestTemplate, location: SourceLocation) {
    self.name = name
    self.request = request
    self.location = location
  }

  /// Indices of all calls that must end before this one starts.
  package var waits: Set<Int> { Set(reads).union(after).union(requiredBefore) }

  /// It asks for nothing to be changed: it may be sent twice, and beside others.
  package var isSafe: Bool { isDeclaredSafe || SafeMethod.contains(request.method) }

  /// The time of a write that says none. The route's `timeout` is the answer's, not the write's.
  package static let writeTimeout: Duration = .seconds(30)
}

/// What a write sends as its `Idempotency-Key`.
package enum IdempotencyKey: Sendable {
  /// A hash of the client's key, or of one made for the request where the backend's `idempotencyKey` says `generate`.
  case derived
  /// The template's value; none where it is null.
  case template(TextTemplate)
  /// Nothing.
  case none
}

/// The request that undoes a write where the composite fails after it.
package struct CompensationPlan: Sendable {
  /// The ends of a write that are undone.
  package struct Causes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The write ended well, and the composite failed after it.
    package static let failure = Causes(rawValue: 1)
    /// Nobody knows whether the write was done.
    package static let doubt = Causes(rawValue: 2)
  }

  /// The templates may read what the write reads, the write's own value and `calls.<name>`; with an `each`, the item, and
  /// the value is the item's own.
  package var request: RequestTemplate
  package var headers: [HeaderTemplate] = []
  /// As `CallPlan.forward`.
  package var forward: [String] = []
  package var forwardsAllBut: Set<String>?
  /// Sent as JSON.
  package var body: ValueTemplate?
  /// One compensation with all its attempts.
  package var timeout = CompensationPlan.defaultTimeout
  package var attempts = CompensationPlan.defaultAttempts
  /// The pause before the second attempt; doubles.
  package var backoff = CompensationPlan.defaultBackoff
  package var causes: Causes = [.failure, .doubt]

  package init(_ request: RequestTemplate) {
    self.request = request
  }

  package static let defaultTimeout: Duration = .seconds(10)
  package static let defaultAttempts = 3
  package static let defaultBackoff: Duration = .milliseconds(100)
}

/// Fans a call out over a list.
package struct EachPlan: Sendable {
  package var list: TextTemplate
  /// Requests of this call in flight at once.
  package var concurrency = 16
  /// More items than this make the call `invalid-request`, equal ones counted once where they are merged.
  package var max = 100
  /// More elements than this, nulls and repetitions included, make it so, too: each has its place in the result.
  package var maxElements = 100 * EachPlan.elementsPerItem
  /// Items per request; `nil`: one, in scope as `item` (with a batch: `items`).
  package var batch: Int?
  /// The result becomes an object keyed by this member of each element (of a batch), or by the item (without a batch).
  package var key: String?

  /// `maxElements` as a multiple of `max`, where a file does not say.
  package static let elementsPerItem = 10

  package init(list: TextTemplate) {
    self.list = list
  }
}

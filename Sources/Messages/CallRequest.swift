/// One call to a backend, with everything filled in: what a composition asks for and what goes out. Equal calls of one
/// composite are made once.
package struct CallRequest: Hashable, Sendable {
  /// Index in the plan's backends.
  package var backend: Int
  /// Upper-case, as on the wire.
  package var method: String
  /// Origin form (`/path?query`), encoded; goes after the address's base path as it is.
  package var target: String
  /// Sent in this order, after the backend's own. An `Accept` here replaces `Accept: application/json`. Whoever sets
  /// a body sets its `Content-Type`.
  package var headers: [HeaderField]
  /// Lines that every call of a composite sends, after its own.
  package var commonHeaders: HeaderText?
  /// Each attempt names a span of its own; `nil`: what names one is among the lines, if anything is.
  package var trace: TraceParent?
  /// The flag of the client's request, for lines of the gateway's own.
  package var isSampled = true
  package var body: [UInt8]?
  /// It only reads, though its method is unsafe.
  package var onlyReads = false
  /// An unsafe method may be repeated: it only reads, or has an `Idempotency-Key`.
  package var isRepeatable = false
  /// The backend's `retry` does not apply: who makes it repeats it.
  package var isMadeOnce = false
  /// The value of the backend's `hash(…)`; `nil`: addresses take turns.
  package var balanceKey: String?
  /// Index of the call by whose `cache` the response may be kept; `nil`: it may not.
  package var cachedBy: Int?
  /// Names to purge what is kept by.
  package var tags: [String] = []
  /// No `Accept` is sent for want of one in `headers`.
  package var leavesOutAccept = false
  /// Asks for the answer's headers; without it they may be dropped (a failed status keeps them anyway).
  package var keepsHeaders = false

  /// `Accept: application/json` goes out with it.
  package var asksForJSON: Bool { !leavesOutAccept && !headers.contains { $0.isNamed("accept") } }

  package init(backend: Int, method: String, target: String, headers: [HeaderField] = [], body: [UInt8]? = nil) {
    self.backend = backend
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}

/// The end of a call, after its retries: a response, or a failure in its place. Failures are values, never thrown.
package struct CallResponse: Sendable {
  package enum Result: Sendable {
    /// Any status; whether it counts as success is the call's business. `headers` may be empty below status 400 where
    /// nobody asked for them.
    case response(status: Int, headers: [HeaderField], body: [UInt8])
    case failure(CallFailure)
  }

  package var result: Result
  /// Why the body could not be taken out of its content coding; it is empty then. Where the status is no success, it is
  /// the status that counts.
  package var bodyFault: String?
  /// An earlier answer that stands in where this one turns out to be a failure.
  package var stale: Result?
  /// Whether a transfer was begun, of this attempt or an earlier one.
  package var wasSent: Bool
  /// A byte of the last attempt may have reached the backend.
  package var mayHaveArrived: Bool
  /// An earlier attempt was sent, and nobody knows whether what it asked for was done.
  package var leftDoubt = false
  /// What else is to be said of a failure. For the log, and for clients where the route says `exposeErrors`.
  package var note: String?
  /// What was begun for it.
  package var attempts = AttemptTraces()
  /// What the cache did for it; `nil` where it keeps nothing.
  package var cache: CacheResult?
  /// The level of the cache that had it; `nil` where none had.
  package var cacheLevel: CacheLevel?

  package init(_ result: Result, wasSent: Bool = true) {
    self.result = result
    self.wasSent = wasSent
    mayHaveArrived = wasSent
  }
}

/// Methods that ask for nothing to be changed (RFC 9110 §9.2.1), so that a request may be sent twice. All others count
/// as unsafe, unknown ones too. PUT and DELETE are idempotent by the RFC, but a user who sees an order deleted twice in
/// a log doesn't care: they are repeated on demand only.
package enum SafeMethod {
  package static func contains(_ method: String) -> Bool {
    switch method {
    case "GET", "HEAD", "OPTIONS", "TRACE": true
    default: false
    }
  }
}

import Messages
import Plans
import Timing

/// The client's request, as far as a composition knows it.
package struct RequestContext: Sendable {
  /// RFC 7240's `handling` preference.
  package enum Handling: String, Sendable {
    case strict, lenient
  }

  /// Request inputs that the route reads; call values join them as they arrive.
  package var scope: Scope
  /// The client's header fields that some call of this route forwards; names lower-case.
  package var forwardable: [HeaderField]
  /// All that a call may forward, where some call does; names lower-case.
  package var passable: [HeaderField] = []
  /// Sent with every call: `X-Request-Id`, `Forwarded` and their kind.
  package var tracing: HeaderText?
  /// The trace whose spans the attempts of calls name; `nil`: `tracing` names the request's, if anything.
  package var trace: TraceParent?
  /// The flag of the client's request, for lines of the gateway's own.
  package var isSampled = true
  /// What a trusted proxy has said, for calls whose values nobody else gets.
  package var baggage: String?
  /// The client's `Idempotency-Key`.
  package var idempotencyKey: String?
  /// Stands for the client in keys that are derived: two clients' equal keys are two. Empty where nobody is known.
  package var client = ""
  /// Made for this request, where some backend wants a key and the client sent none.
  package var randomKey: String?
  /// `nil`: the client did not say.
  package var handling: Handling?
  /// The instant at which the request's head was complete; the route's budget counts from here.
  package var started: Instant

  package init(
    scope: Scope, forwardable: [HeaderField] = [], tracing: HeaderText? = nil, idempotencyKey: String? = nil,
    handling: Handling? = nil, started: Instant
  ) {
    self.scope = scope
    self.forwardable = forwardable
    self.tracing = tracing
    self.idempotencyKey = idempotencyKey
    self.handling = handling
    self.started = started
  }

  /// Nothing is told of what is sent: what spans are made of no longer tells backends to make some.
  package mutating func leaveTrace() {
    if trace != nil { isSampled = false }
    trace = nil
  }
}

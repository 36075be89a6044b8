import Messages

/// Where spans are sent, and those of which requests. A value.
package struct TracingPlan: Hashable, Sendable {
  /// What is kept whatever its flag says, as it is known once a request has ended.
  package struct Keep: Hashable, Sendable {
    /// Requests that failed, or with a call that did.
    package var errors = false
    /// Requests that took so long, or longer; `nil`: none for that.
    package var slow: Duration?

    package init() {}

    package var isAny: Bool { errors || slow != nil }
  }

  /// The name under which traces show the gateway where nothing gives another.
  package static let defaultService = "weft"

  /// The collector, with `/v1/traces` behind the base.
  package var place: FetchPlace
  /// What goes along with every request to it.
  package var headers = Secret<[HeaderField]>([])
  /// The share of the traces that begin here, 0 to 1.
  package var sample = 1.0
  /// The flag of a trusted proxy's trace counts, rather than the share.
  package var followsParent = true
  package var service = TracingPlan.defaultService
  /// What else is told of the process, by OpenTelemetry's names.
  package var resource: [ResourceAttribute] = []
  package var keep = Keep()

  package init(_ place: FetchPlace) {
    self.place = place
  }

  package struct ResourceAttribute: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      (self.name, self.value) = (name, value)
    }
  }

  /// As OpenTelemetry's `TraceIdRatioBased` has it, so that all who sample by a share agree: a trace is sampled where 63
  /// bits of its id are below this.
  package static func bound(of share: Double) -> UInt64 {
    let most: UInt64 = 1 << 63
    return share >= 1 ? most : UInt64(exactly: (max(0, share) * Double(most)).rounded(.down)) ?? most
  }
}

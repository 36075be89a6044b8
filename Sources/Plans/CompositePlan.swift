import JSONText

/// The work of a composite route: its calls, their graph, and the shape of the answer.
package struct CompositePlan: Sendable {
  /// The calls in the file's order, which is also the order of outcomes and of members without a `response`.
  package var calls: [CallPlan]
  /// `nil`: an object with one member per call.
  package var response: ValueTemplate?
  /// `nil`: 200.
  package var status: TextTemplate?
  package var responseHeaders: [HeaderTemplate] = []
  package var meta = MetaPlan()
  /// Statuses of a failed required call that are answered as they are.
  package var passStatus = StatusSet.defaultPass
  /// Lets backend bodies and addresses into `_meta`. Off, they never leave the gateway.
  package var exposeErrors = false
  /// The budget of the whole composite.
  package var timeout: Duration = .seconds(5)
  /// The time after which the answer is made with what is ready.
  package var softTimeout: Duration?
  /// The bytes of an answer. Backends are bounded one by one, and a value may stand in an answer many times.
  package var maxAnswer = 8 * 1024 * 1024
  /// `nil`: answers are not kept.
  package var cache: CachePlan?
  package var onDisconnect = OnDisconnect.finish
  /// Request inputs that any template of this route reads; nothing else is put in scope.
  package var reads = RequestReads()
  /// The environment variables that request templates read, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  /// What a client's leaving does once a write was sent.
  package enum OnDisconnect: String, CaseIterable, Sendable {
    /// Writes, required calls and what they read run to their ends, as if the client were there.
    case finish
    /// Nothing more is begun, and what was done is undone.
    case cancel
  }

  /// Some call changes something.
  package var writes: Bool { calls.contains { !$0.isSafe } }

  package init(calls: [CallPlan], response: ValueTemplate? = nil) {
    self.calls = calls
    self.response = response
  }
}

/// The member of the answer that tells of partial failure.
package struct MetaPlan: Hashable, Sendable {
  package enum When: String, CaseIterable, Sendable {
    case partial, always, never
  }

  package var name = "_meta"
  package var when = When.partial

  package init(name: String = "_meta", when: When = .partial) {
    self.name = name
    self.when = when
  }
}

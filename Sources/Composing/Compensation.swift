import Messages
import Plans
import Timing

/// The end of a write's request, and what the backend has done for all that is known.
struct WriteEnd {
  enum Effect {
    case done, none
    /// Nobody knows: the response is missing or says so.
    case doubt

    func isCause(of compensation: CompensationPlan) -> Bool {
      switch self {
      case .done: compensation.causes.contains(.failure)
      case .doubt: compensation.causes.contains(.doubt)
      case .none: false
      }
    }
  }

  struct Place: Hashable {
    let call: Int
    /// Of its `each`, 0 without one.
    let slot: Int
  }

  let place: Place
  /// As the backend left it: without a fallback.
  let record: CallRecord
  let effect: Effect
  /// A byte of it, of any attempt, may have reached the backend.
  let wasSent: Bool

  init(call: Int, slot: Int, _ record: CallRecord, _ response: CallResponse) {
    place = Place(call: call, slot: slot)
    self.record = record
    wasSent = response.mayHaveArrived || response.leftDoubt
    let last = Effect(record, response)
    effect = last == .none && response.leftDoubt ? .doubt : last
  }

  var call: Int { place.call }
}

extension WriteEnd.Effect {
  fileprivate init(_ record: CallRecord, _ response: CallResponse) {
    switch (record.outcome, response.result) {
    case (.ok, _), (.absent, .response(200...299, _, _)): self = .done
    case (.status, .response(let status, _, _)), (.absent, .response(let status, _, _)):
      self = StatusEffect(status) == .none ? .none : .doubt
    case (_, .response): self = .doubt
    case (_, .failure(.queue)), (_, .failure(.circuitOpen)): self = .none
    case (_, .failure): self = response.mayHaveArrived ? .doubt : .none
    }
  }
}

/// The undoing of one request of a write.
struct Compensation {
  /// The later ones count for more where a call has several.
  enum State: String, Comparable {
    case done, pending, failed

    private var weight: Int {
      switch self {
      case .done: 0
      case .pending: 1
      case .failed: 2
      }
    }

    static func < (left: State, right: State) -> Bool { left.weight < right.weight }
  }

  let end: WriteEnd
  private(set) var state = State.pending
  /// Why it failed.
  private(set) var detail: String?
  /// Attempts that were begun, but for those that the gateway itself kept back.
  var attempts = 0
  /// What there is to tell of them.
  private(set) var traces: [AttemptTraces] = []
  /// Pauses that were made.
  var pauses = 0
  var deadline = Instant.distantFuture
  /// `nil` where none could be made.
  var request: CallRequest?
  /// Its path, for the log.
  var shownPath = ""

  init(_ end: WriteEnd) {
    self.end = end
  }

  mutating func took(_ attempts: AttemptTraces) {
    traces.append(attempts)
  }

  mutating func end(_ state: State, _ detail: String?) {
    (self.state, self.detail) = (state, detail)
  }

  /// The backend was not asked: its queue is full, or its breaker open.
  static func isKeptBack(_ response: CallResponse) -> Bool {
    switch response.result {
    case .failure(.queue), .failure(.circuitOpen): true
    default: false
    }
  }

  /// Why a response does not tell that it is undone; `nil`: it is, or there was nothing to undo.
  static func fault(_ response: CallResponse) -> String? {
    switch response.result {
    case .response(200...299, _, _), .response(404, _, _), .response(410, _, _): nil
    case .response(let status, _, _): "status \(status)"
    case .failure(let failure):
      CallRecord(failure: failure).detail ?? CallRecord(failure: failure).outcome.rawValue
    }
  }
}

/// What there is to tell of a composite's writes once all has ended, compensations included.
package struct WritesEnd: Sendable {
  package struct Compensated: Sendable {
    /// The write's name.
    package let call: String
    /// What was sent; `nil` where its templates gave no request.
    package let request: CallRequest?
    /// Its path, with no value that may be a secret.
    package let shownPath: String
    package let isDone: Bool
    /// Why it failed, for the log.
    package let detail: String?
  }

  /// Something went on behind the answer, or after the client had left.
  package var isDetached: Bool
  /// What `Weft-Outcome` would say now.
  package var outcome: String?
  /// What there is to tell of the calls now.
  package var calls: [CallTrace]
  /// The writes of which nobody knows whether they were done, and that were not undone; by name, once for each request.
  package var inDoubt: [String] = []
  package var compensations: [Compensated] = []

  package var failedCompensations: [Compensated] { compensations.filter { !$0.isDone } }
}

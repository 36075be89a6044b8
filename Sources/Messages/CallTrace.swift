import Timing

/// How one call of a composite went, or the one request of a proxied route, and what took its time: what the log, metrics,
/// traces and the admin page tell of it. A value, made by whoever ran the call, and never changed by who reads it.
package struct CallTrace: Sendable {
  /// The call's, as in the definition; of a proxied route, its backend's.
  package var name: String
  package var backend: String
  /// The outcome's word, as in `Weft-Outcome`.
  package var outcome: String
  /// Of the backend's last response; `nil` where none came.
  package var status: Int?
  /// The begin of the call, not of its first attempt.
  package var began: Instant
  /// Equal to `began` where nothing was to be done (`skipped`).
  package var ended: Instant
  /// The first attempts, `mostAttempts` at most, in the order in which they began. None where the cache had the value, or an
  /// equal request of the same composite was shared, whose call has them.
  package var attempts: [AttemptTrace] = []
  /// All attempts that were made at a connection, over all items of an `each`. One that found no place, no token or no
  /// address is none.
  package var attemptCount = 0
  /// What the cache did for it; `nil` where the call keeps nothing.
  package var cache: CacheResult?
  /// The level of the cache that had its value; `nil` where none had.
  package var cacheLevel: CacheLevel?
  /// Two attempts were under way at once, and the first answer counted.
  package var isHedged = false
  /// What stood in for its value: `fallback` or `stale`.
  package var used: String?
  /// What became of it when the composite failed: the word of `compensated` in `Weft-Outcome`.
  package var compensated: String?
  /// What undid it; `nil` where nothing was sent for that.
  package var undoing: Undoing?
  /// Upper-case, as on the wire; empty where nobody knows.
  package var method = ""

  package struct Undoing: Sendable {
    package var backend: String
    package var method: String
    package var attempts: AttemptTraces

    package init(backend: String, method: String, _ attempts: AttemptTraces) {
      (self.backend, self.method, self.attempts) = (backend, method, attempts)
    }
  }

  package static let mostAttempts = AttemptTraces.most

  package init(_ name: String, backend: String, outcome: String, began: Instant, ended: Instant) {
    self.name = name
    self.backend = backend
    self.outcome = outcome
    self.began = began
    self.ended = ended
  }

  package mutating func take(_ traces: AttemptTraces) {
    attempts = traces.kept
    attemptCount = traces.count
  }

  /// Anything but `ok`, `absent` and `skipped`.
  package var isFailure: Bool { outcome != "ok" && outcome != "absent" && outcome != "skipped" }
}

/// The attempts of a call: the first of them, and how many there were. A value.
package struct AttemptTraces: Sendable {
  /// As many are kept; the others are counted.
  package static let most = 16

  /// In the order in which they began.
  package private(set) var kept: [AttemptTrace] = []
  /// Those that were made at a connection.
  package private(set) var count = 0

  package init() {}

  /// - Parameter isCounted: false for one that found no place, no token or no address, and so was none.
  package mutating func add(_ attempt: AttemptTrace, isCounted: Bool = true) {
    if kept.count < Self.most {
      var attempt = attempt
      attempt.ordinal = count
      kept.append(attempt)
    }
    if isCounted { count += 1 }
  }

  /// Joins those of several requests.
  package init(joining all: some Sequence<AttemptTraces>) {
    var begun: [(first: Instant, AttemptTraces)] = []
    for traces in all {
      count += traces.count
      if let first = traces.kept.first { begun.append((first.queued, traces)) }
    }
    begun.sort { $0.first < $1.first }
    // Each of the first requests has an attempt that began before all of a later one.
    kept = begun.prefix(Self.most).flatMap(\.1.kept).sorted { $0.queued < $1.queued }
    kept.removeLast(max(0, kept.count - Self.most))
  }
}

/// One attempt of a call: a request that was given to a connection, or that found none. A value.
package struct AttemptTrace: Sendable {
  /// Of the backend, for people: origin and base path. Empty where none was chosen.
  package var address: String
  /// The begin of waiting for a place or a token, which is the end of the attempt before or of its pause.
  package var queued: Instant
  /// The begin of the transfer.
  package var began: Instant
  package var ended: Instant
  /// The time until it was connected, TLS included; `nil` where a kept connection was used, or none was had.
  package var connect: Duration?
  /// The time from `began` to the first byte of the response; `nil` where none came.
  package var firstByte: Duration?
  package var status: Int?
  /// `ok` where a whole response came, whatever its status, else the word of the failure.
  package var outcome: String
  /// The span that it named to the backend; 0: none.
  package var span: UInt64 = 0
  /// How many attempts of the same request came before it.
  package internal(set) var ordinal = 0

  /// What is told of a whole response.
  package static let answered = "ok"

  package init(_ address: String, queued: Instant, began: Instant, ended: Instant, outcome: String) {
    self.address = address
    self.queued = queued
    self.began = began
    self.ended = ended
    self.outcome = outcome
  }
}

/// What a cache did for a request or a call. `collapsed`: it was fetched for another that had come before.
package enum CacheResult: String, Sendable, CaseIterable {
  case hit, stale, miss, collapsed, bypass
}

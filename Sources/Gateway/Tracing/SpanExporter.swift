import Glibc
import Locking
import Logging
import Messages
import Plans
import Reactor
import Synchronization
import Timing
import Tracing
import Transfers
import Upstream

/// Sends spans to the collector, as calls are made. *Guarded by its lock*; what is under way is confined to its loop's
/// thread. One for the process.
final class SpanExporter: Sendable {
  private struct State: Sendable {
    var buffer = SpanBuffer()
    var collector: Collector?
    /// The log is told of faults no earlier.
    var nextTelling = Instant(nanoseconds: 0)
    /// Called once nothing waits any more.
    var flushed: (@Sendable () -> Void)?
  }

  /// Where spans go.
  private struct Collector: Sendable {
    let plan: TracingPlan
    /// Used on the loop's thread only.
    let client: UpstreamClient
    let target: String
  }

  /// The time that the collector has for one batch.
  static let patience = Duration.seconds(10)
  /// The time that the process takes at its end for what waits.
  static let lastPatience = Duration.seconds(3)
  private static let tellingPause = Duration.seconds(10)

  private let loop: TransferLoop
  private let backends: BackendPool
  private let logger: Logger
  /// Tells the processes of a service apart.
  private let instance: String
  private let state = Locked(State())

  init(loop: TransferLoop, backends: BackendPool, logger: Logger) {
    self.loop = loop
    self.backends = backends
    self.logger = logger
    var bytes: [UInt8] = []
    Hexadecimal.append(UInt64.random(in: .min ... .max), to: &bytes)
    instance = String(decoding: bytes, as: UTF8.self)
  }

  /// What waits goes where the new plan says; without one it is forgotten.
  func apply(_ plan: TracingPlan?) {
    // Whose backend is the same goes on with its connections.
    var collector: Collector?
    if let plan { collector = self.collector(plan) }
    let former = replace(with: collector)
    withExtendedLifetime(former) {}
  }

  private func replace(with collector: Collector?) -> Collector? {
    state.withLock { (state: inout State) -> Collector? in
      let former = state.collector
      state.collector = collector
      if collector == nil { state.buffer.removeAll() }
      return former
    }
  }

  private func collector(_ plan: TracingPlan) -> Collector? {
    guard case .own(let backend, let target) = plan.place else { return nil }
    let client = UpstreamClient(backends: Backends([backend], from: backends), loop: loop)
    return Collector(plan: plan, client: client, target: target)
  }

  /// Takes the spans of one request. Any thread; never waits.
  /// - Parameter text: `nil` where they could not be written.
  func add(_ text: [UInt8]?, spans: Int) {
    let now = Instant.now()
    let step = state.withLock { state -> SpanBuffer.Step in
      guard state.collector != nil else { return .nothing }
      guard let text else {
        state.buffer.lose(spans)
        return .nothing
      }
      return state.buffer.add(text, spans: spans, at: now)
    }
    take(step)
    if step == .nothing { tell(nil) }
  }

  /// Sends what waits, for `lastPatience` at most. Once, at the end.
  func flush() async {
    await withCheckedContinuation { continuation in
      let first = Once()
      let resume: @Sendable () -> Void = { if first.take() { continuation.resume() } }
      let step = state.withLock { (state: inout State) -> SpanBuffer.Step in
        state.flushed = resume
        return state.buffer.flush(at: .now())
      }
      _ = loop.reactor.run(at: .now().advanced(by: Self.lastPatience), resume)
      take(step)
    }
    tell("the process ends", isLast: true)
    let last = replace(with: nil)
    withExtendedLifetime(last) {}
  }

  private func take(_ step: SpanBuffer.Step) {
    switch step {
    case .nothing: return
    case .wake(let instant) where instant <= .now(): loop.reactor.execute { self.send() }
    case .wake(let instant): _ = loop.reactor.run(at: instant) { self.send() }
    case .flushed: flushed()
    }
  }

  private func flushed() {
    let body = state.withLock { (state: inout State) -> (@Sendable () -> Void)? in
      let body = state.flushed
      state.flushed = nil
      return body
    }
    body?()
  }

  // MARK: On the loop

  private func send() {
    let due = state.withLock { state -> (SpanBuffer.Batch, Collector)? in
      guard let collector = state.collector, let batch = state.buffer.due(at: .now()) else { return nil }
      return (batch, collector)
    }
    guard let (batch, collector) = due else { return }
    var request = CallRequest(
      backend: 0, method: "POST", target: collector.target,
      headers: [HeaderField("Content-Type", "application/json")] + collector.plan.headers.revealed,
      body: SpanText.envelope(batch.bytes, of: resource(collector.plan)))
    (request.isMadeOnce, request.keepsHeaders) = (true, true)
    let deadline = Instant.now().advanced(by: Self.patience)
    UpstreamCall(collector.client, request, deadline: deadline) { [self] response in
      ended(response, collector.plan)
    }.start()
  }

  private func ended(_ response: CallResponse, _ plan: TracingPlan) {
    let (reception, fault) = ExportAnswer.read(response)
    let now = Instant.now()
    let step = state.withLock { $0.buffer.ended(reception, chance: .random(in: 0...1), at: now) }
    tell(fault, plan.place.name)
    take(step)
  }

  private func resource(_ plan: TracingPlan) -> [(name: String, value: String)] {
    let given = plan.resource.map { (name: $0.name, value: $0.value) }
    let own = [
      (name: "service.instance.id", value: instance), (name: "process.pid", value: "\(getpid())"),
      (name: "telemetry.sdk.name", value: "weft"), (name: "telemetry.sdk.language", value: "swift"),
    ]
    return [(name: "service.name", value: plan.service)] + given
      + own.filter { own in !given.contains { $0.name == own.name } }
  }

  // MARK: The log

  /// Tells of spans that are lost, and of what keeps them from being sent; no more often than every ten seconds.
  private func tell(_ fault: String?, _ place: String? = nil, isLast: Bool = false) {
    let now = Instant.now()
    let lost = state.withLock { state -> Int? in
      guard isLast || now >= state.nextTelling else { return nil }
      let lost = state.buffer.takeLost()
      guard lost > 0 || fault != nil && !isLast else { return nil }
      state.nextTelling = now.advanced(by: Self.tellingPause)
      return lost
    }
    guard let lost else { return }
    var metadata: Logger.Metadata = [:]
    if let place { metadata["to"] = "\(place)" }
    if lost > 0 { metadata["lost"] = "\(lost)" }
    metadata["why"] = "\(fault ?? "more wait than may")"
    logger.warning(lost > 0 ? "spans are lost" : "spans can't be sent for now", metadata: metadata)
  }
}

/// *Guarded by* being atomic. Something that is done once, whoever comes first.
private final class Once: Sendable {
  private let isTaken = Atomic(false)

  /// True the first time.
  func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}

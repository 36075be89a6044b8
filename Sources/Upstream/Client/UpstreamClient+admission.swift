import Timing

extension UpstreamClient {
  /// Passes the gate, or waits before it.
  func admission(_ gate: SharedGate, until deadline: Instant, at now: Instant) async -> SlotWaiter.Outcome {
    switch gate.enter(at: now) {
    case .admitted(let ticket): .admitted(ticket)
    case .refused(let retryAfter): .refused(retryAfter: retryAfter)
    case .busy: await wait(gate, until: deadline, at: now)
    }
  }

  private func wait(_ gate: SharedGate, until deadline: Instant, at now: Instant) async -> SlotWaiter.Outcome {
    let reactor = loop.reactor
    let waiter = SlotWaiter(gate: gate, reactor: reactor)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiter.wait(until: deadline, at: now) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      reactor.execute { waiter.cancel() }
    }
  }
}

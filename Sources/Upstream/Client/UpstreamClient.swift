import Plans
import Reactor
import Timing
import Transfers

/// *Confined to its transfer loop's thread*: call it from tasks that prefer that loop's reactor as their executor.
/// Calls backends: chooses the address, waits for a slot, asks the breaker, retries, and tells how it ended.
package final class UpstreamClient: @unchecked Sendable {  // guarded by the reactor's thread
  let backends: Backends
  let loop: TransferLoop
  var local: [LocalBackend]
  var random: SplitMix64

  /// One per loop; `backends` is shared between them. May be made on any thread.
  package init(backends: Backends, loop: TransferLoop) {
    self.backends = backends
    self.loop = loop
    let ordinal = backends.nextOrdinal()
    local = backends.all.map { LocalBackend($0, ordinal: ordinal) }
    random = SplitMix64(seed: .random(in: .min ... .max))
  }

  /// Makes one call with its retries. Ends at once when its task is cancelled.
  package func send(_ request: UpstreamRequest) async -> UpstreamReply {
    precondition(loop.reactor.isCurrent, "an upstream client belongs to its loop's thread")
    let backend = backends.all[request.backend]
    var tried = TriedAddresses()
    let reply = await attempt(request, backend, &tried)
    guard let policy = backend.retry, reply.wasSent else { return reply }
    return await retry(request, backend, policy, after: reply, &tried)
  }

  /// An attempt that could not be sent (no slot, an open circuit) leaves the answer before it in place: that tells
  /// more.
  private func retry(
    _ request: UpstreamRequest, _ backend: Backend, _ policy: RetryPolicy, after first: UpstreamReply,
    _ tried: inout TriedAddresses
  ) async -> UpstreamReply {
    var reply = first
    local[request.backend].budget?.earn()
    var attempts = Attempts(isRepeatable: backend.isRepeatable(request.method, allowed: request.isRepeatable))
    while let start = local[request.backend].retry(
      &attempts, after: AttemptOutcome(reply.result), policy: policy, deadline: request.deadline, random: &random)
    {
      do {
        try await loop.reactor.sleep(until: start)
      } catch {
        return UpstreamReply(result: .failure(.cancelled), wasSent: true)
      }
      let next = await attempt(request, backend, &tried)
      if case .failure(.cancelled) = next.result { return UpstreamReply(result: next.result, wasSent: true) }
      guard next.wasSent else { return reply }
      reply = next
    }
    return reply
  }

  private func attempt(
    _ request: UpstreamRequest, _ backend: Backend, _ tried: inout TriedAddresses
  ) async -> UpstreamReply {
    var now = Instant.now()
    if Task.isCancelled { return UpstreamReply(unsent: .cancelled) }
    guard now < request.deadline else { return UpstreamReply(unsent: .timeout) }
    var ticket = Breaker.Ticket()
    if let gate = backend.gate {
      switch await admission(gate, until: request.deadline, at: now) {
      case .admitted(let admitted): ticket = admitted
      case .refused(let retryAfter): return UpstreamReply(unsent: .circuitOpen(retryAfter: retryAfter))
      case .noSlot: return UpstreamReply(unsent: .queue)
      case .cancelled: return UpstreamReply(unsent: .cancelled)
      }
      now = .now()
    }
    var lease = Lease(gate: backend.gate, ticket: ticket)
    let address = local[request.backend].pick(backend, key: request.balanceKey, tried: &tried, random: &random)
    if backend.countsLoad { lease.occupy(address) }
    let result = await loop.perform(transfer(request, backend, address, now))
    lease.end(Verdict(result))
    return UpstreamReply(result: result.mapError(UpstreamFailure.init), wasSent: true)
  }

  private func transfer(
    _ request: UpstreamRequest, _ backend: Backend, _ address: BackendAddress, _ now: Instant
  ) -> TransferRequest {
    var transfer = TransferRequest(
      origin: address.origin, method: request.method, target: address.target(request.target))
    transfer.headers = request.headers
    if !request.headers.contains(where: { $0.isNamed("accept") }) { transfer.staticHeaders = backend.headers }
    transfer.body = request.body
    transfer.deadline =
      backend.attemptTimeout.map { min(request.deadline, now.advanced(by: $0)) } ?? request.deadline
    transfer.maxResponseBytes = backend.maxResponse
    transfer.acceptsCompression = true
    transfer.keepsHeaders = request.keepsHeaders
    return transfer
  }
}

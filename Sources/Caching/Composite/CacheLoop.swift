import NIOCore

/// The cache as one event loop sees it. Confined to that loop.
package struct CacheLoop {
  let cache: CompositeCache
  let index: Int

  var loop: any EventLoop { cache.loops[index] }

  /// Resolves what memory did not have. `completion` is called on the loop, exactly once: soon, after Redis has said,
  /// or after somebody else's fetch of the same has ended, but no later than the request's `waitTimeout` and Redis'
  /// budget.
  package func resolve(_ request: CacheRequest, _ completion: @escaping (CacheFinding) -> Void) {
    if request.isReload { return reload(request, completion) }
    let waitTimeout = TimeAmount.nanoseconds(request.waitTimeout.nanoseconds)
    resolve(request, waitingUntil: .now() + waitTimeout, completion)
  }

  /// Has a stale entry fetched anew, unless that is under way or came to nothing a moment ago, too much is under way,
  /// or another gateway does. `fetch` is then called on the loop with a ticket; it may never be.
  package func refresh(_ request: CacheRequest, _ fetch: @escaping (FetchTicket) -> Void) {
    switch cache.flights.refresh(request.key) {
    case .underWay: break
    case .paused: cache.counters.add(.refreshesPaused)
    case .refused: cache.counters.add(.refreshesRefused)
    case .leader(let flight):
      let deadline = NIODeadline.now() + .nanoseconds(request.waitTimeout.nanoseconds)
      let resolution = Resolution(request, on: self, flight, waitingUntil: deadline) { answer in
        guard case .fetch(let ticket) = answer else { return }
        cache.counters.add(.refreshes)
        fetch(ticket)
      }
      resolution.begin()
    }
  }

  private func resolve(
    _ request: CacheRequest, waitingUntil deadline: NIODeadline, _ completion: @escaping (CacheFinding) -> Void
  ) {
    let place = cache.flights.join(request.key, follower(request, until: deadline, completion))
    switch place {
    case .leader(let flight):
      let fleetDeadline = NIODeadline.now() + .nanoseconds(request.fleetTimeout.nanoseconds)
      Resolution(request, on: self, flight, waitingUntil: min(deadline, fleetDeadline), completion).begin()
    case .follower:
      cache.counters.add(.collapsed)
    case .full:
      completion(alone(request))
    }
  }

  private func follower(
    _ request: CacheRequest, until deadline: NIODeadline, _ completion: @escaping (CacheFinding) -> Void
  ) -> FlightWaiter {
    FlightWaiter(loop: loop, since: cache.log.position, waitingAtMost: max(.zero, deadline - .now())) { result in
      switch result {
      case .hit(let hit): completion(.hit(hit))
      case .again: resolve(request, waitingUntil: deadline, completion)
      case .tooLong:
        cache.counters.add(.waitsGivenUp)
        completion(alone(request))
      }
    }
  }

  /// Asks nobody whether there is an entry, but Redis for its time: what it stores replaces everybody's.
  private func reload(_ request: CacheRequest, _ completion: @escaping (CacheFinding) -> Void) {
    func fetch(_ began: Stamp) {
      completion(
        .fetch(
          FetchTicket(
            request: request, cache: cache, loopIndex: index, flight: nil, began: began, reason: .request)))
    }
    guard let level = cache.redis?.levels[index].value else { return fetch(.unknown) }
    level.time(of: request.key, until: .now() + cache.commandBudget) { fetch($0 ?? .unknown) }
  }

  private func alone(_ request: CacheRequest) -> CacheFinding {
    .fetch(FetchTicket(request: request, cache: cache, loopIndex: index, flight: nil))
  }
}

// For callers that are not on a front loop, such as a call with `cache` inside a composite.
extension CompositeCache {
  /// Does what `CacheLoop.resolve` does, from any thread; `completion` is called on the loop.
  package func resolve(
    _ request: CacheRequest, onLoop index: Int, _ completion: @escaping @Sendable (CacheFinding) -> Void
  ) {
    loops[index].execute { self.loop(index).resolve(request, completion) }
  }

  /// Does what `CacheLoop.refresh` does, from any thread; `fetch` is called on the loop.
  package func refresh(
    _ request: CacheRequest, onLoop index: Int, _ fetch: @escaping @Sendable (FetchTicket) -> Void
  ) {
    loops[index].execute { self.loop(index).refresh(request, fetch) }
  }
}

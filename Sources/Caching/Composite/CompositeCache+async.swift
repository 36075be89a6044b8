extension CompositeCache {
  /// For callers that are not on a front loop, such as a call with `cache` inside a composite. Resumes on the caller's
  /// executor.
  package func resolve(_ request: CacheRequest, onLoop index: Int) async -> CacheAnswer {
    if !request.isReload, let hit = hit(request.key) { return .hit(hit) }
    return await withCheckedContinuation { (continuation: CheckedContinuation<CacheAnswer, Never>) in
      loops[index].execute {
        self.loop(index).resolve(request) { continuation.resume(returning: $0) }
      }
    }
  }

  /// As `CacheLoop.resolve`, from any thread; `completion` is called on the loop.
  package func resolve(
    _ request: CacheRequest, onLoop index: Int, _ completion: @escaping @Sendable (CacheAnswer) -> Void
  ) {
    loops[index].execute { self.loop(index).resolve(request, completion) }
  }

  /// As `CacheLoop.refresh`; `fetch` is called on the loop.
  package func refresh(
    _ request: CacheRequest, onLoop index: Int, _ fetch: @escaping @Sendable (FetchTicket) -> Void
  ) {
    loops[index].execute { self.loop(index).refresh(request, fetch) }
  }
}

// For callers that are not on a front loop, such as a call with `cache` inside a composite.
extension CompositeCache {
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

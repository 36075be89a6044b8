import Caching
import Composing
import Messages
import Timing

/// The way of one composition to its backends where calls have `cache`. *Confined to* the transfer loop's thread, but
/// for its notes.
struct CachingCaller: Caller {
  let base: UpstreamCaller
  let caches: CallCaches
  let notes = FetchNotes()
  /// Of the front loop whose link to Redis is used.
  let loopIndex: Int

  func now() -> Instant { base.now() }

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    base.schedule(at: instant, body)
  }

  func execute(_ body: @escaping @Sendable () -> Void) { base.execute(body) }

  func begin(_ request: CallRequest, deadline: Instant, reply: @escaping (CallReply) -> Void) -> any Cancellable {
    if let index = request.cachedBy, let kept = caches.calls[index] {
      let call = CachedCall(request, kept, self, deadline: deadline, reply)
      call.start()
      return call
    }
    guard caches.notesControl else { return base.begin(request, deadline: deadline, reply: reply) }
    return base.begin(request, deadline: deadline) { [notes] answer in
      notes.heard(answer, of: request.backend)
      reply(answer)
    }
  }
}

extension FetchNotes {
  fileprivate func heard(_ reply: CallReply, of backend: Int) {
    guard case .response(_, let headers, _) = reply.result, let said = CacheDirectives(answer: headers) else { return }
    heard(said, of: backend)
  }
}

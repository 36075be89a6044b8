import Caching
import Composing
import Messages
import Timing

/// The way of one composition to its backends where calls have `cache`. *Confined to* the transfer loop's thread, but
/// for its notes.
struct CacheFirstCaller: Caller {
  let base: DirectCaller
  let caches: KeptCalls
  let notes = FetchNotes()
  /// The index of the front loop whose link to Redis is used.
  let loopIndex: Int

  func now() -> Instant { base.now() }

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    base.schedule(at: instant, body)
  }

  func execute(_ body: @escaping @Sendable () -> Void) { base.execute(body) }

  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any BegunCall {
    if let index = request.cachedBy, let kept = caches.calls[index] {
      let call = CallLookup(request, kept, self, deadline: deadline, completion)
      call.start()
      return call
    }
    guard caches.notesControl else { return base.begin(request, deadline: deadline, completion: completion) }
    return base.begin(request, deadline: deadline) { [notes] response in
      notes.heard(response, of: request.backend)
      completion(response)
    }
  }
}

extension FetchNotes {
  fileprivate func heard(_ response: CallResponse, of backend: Int) {
    guard case .response(_, let headers, _) = response.result, let said = CacheDirectives(response: headers) else {
      return
    }
    heard(said, of: backend)
  }
}

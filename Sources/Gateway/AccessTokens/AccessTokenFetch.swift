import Logging
import Messages
import Plans
import Reactor
import Timing
import Transfers
import Upstream

/// Fetches the tokens of backends, as calls are made: by the rules of a backend's connections, its deadlines and TLS.
/// *Immutable*; what it does is confined to its loop's thread.
struct AccessTokenFetch: AccessTokenFetcher {
  let loop: TransferLoop
  let logger: Logger

  func now() -> Instant { .now() }

  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    loop.reactor.run(at: instant, body)
  }

  func fetch(_ plan: OAuth2Plan, by backends: BackendPool, completion: @escaping @Sendable (AccessToken?) -> Void) {
    loop.reactor.execute {
      ask(plan, backends) { answer in
        switch answer {
        case .success(let token):
          let life = token.lifetime.map { $0.written } ?? "not told"
          logger.debug("token fetched", metadata: ["from": "\(plan.place.name)", "life": "\(life)"])
          completion(token)
        case .failure(let fault):
          logger.warning(
            "a token can't be fetched", metadata: ["from": "\(plan.place.name)", "why": "\(fault.message)"])
          completion(nil)
        }
      }
    }
  }

  /// On the loop.
  private func ask(
    _ plan: OAuth2Plan, _ backends: BackendPool, _ completion: @escaping (AccessTokenAnswer.Outcome) -> Void
  ) {
    guard case .own(let backend, let target) = plan.place else {
      return completion(.failure(AccessTokenAnswer.Fault(message: "there is no such backend")))
    }
    let client = UpstreamClient(backends: Backends([backend], from: backends), loop: loop)
    let deadline = now().advanced(by: FetchPlace.patience)
    UpstreamCall(client, plan.request(to: target), deadline: deadline) { completion(AccessTokenAnswer.read($0)) }
      .start()
  }
}

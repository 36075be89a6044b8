import Caching
import Definitions
import Identity
import Logging
import Messages
import Plans
import Reactor
import Timing
import Tokens
import Transfers
import Upstream

/// Fetches keys that are published, as calls are made: by the rules of a backend's connections, its deadlines and TLS.
/// *Immutable*; what it does is confined to its loop's thread.
struct KeyFetch: KeyFetcher {
  let loop: TransferLoop
  let backends: BackendPool
  let logger: Logger

  /// Keys that are not used, of which is told at once.
  private static let mostFaults = 5

  private typealias Outcome<Found> = Result<Found, FetchFault>

  /// A document as it came.
  private struct Document {
    let bytes: [UInt8]
    let lifetime: Duration?
  }

  /// Why there are no keys, for the log.
  private struct FetchFault: Error {
    let message: String
  }

  func now() -> Instant { .now() }

  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    loop.reactor.run(at: instant, body)
  }

  func fetch(_ plan: PublishedKeysPlan, completion: @escaping @Sendable (FetchedKeys?) -> Void) {
    loop.reactor.execute {
      let deadline = now().advanced(by: FetchPlace.patience)
      keys(of: plan, by: deadline) { outcome in
        switch outcome {
        case .success(let fetched):
          logger.debug("keys fetched", metadata: ["from": "\(plan.place.name)", "keys": "\(fetched.keys.keys.count)"])
          completion(fetched)
        case .failure(let fault):
          logger.warning("keys can't be fetched", metadata: ["from": "\(plan.place.name)", "why": "\(fault.message)"])
          completion(nil)
        }
      }
    }
  }

  // MARK: On the loop

  private func keys(
    of plan: PublishedKeysPlan, by deadline: Instant, _ completion: @escaping (Outcome<FetchedKeys>) -> Void
  ) {
    guard case .metadata(let issuer) = plan.document else {
      return get(plan.place, by: deadline) { document in
        completion(document.flatMap { keys($0, of: plan.place, issuer: nil) })
      }
    }
    get(plan.place, by: deadline) { document in
      switch document.flatMap({ metadata($0, of: issuer, at: plan.place) }) {
      case .failure(let fault): completion(.failure(fault))
      case .success(let (metadata, place)):
        get(place, by: deadline) { document in
          completion(document.flatMap { keys($0, of: place, issuer: metadata.issuer) })
        }
      }
    }
  }

  private func get(_ place: FetchPlace, by deadline: Instant, _ completion: @escaping (Outcome<Document>) -> Void) {
    guard case .own(let backend, let target) = place else {
      return completion(.failure(FetchFault(message: "there is no such backend")))
    }
    let client = UpstreamClient(backends: Backends([backend], from: backends), loop: loop)
    let accept = HeaderField("Accept", "application/jwk-set+json, application/json")
    var request = CallRequest(backend: 0, method: "GET", target: target, headers: [accept])
    request.keepsHeaders = true
    UpstreamCall(client, request, deadline: deadline) { completion(document($0, place)) }.start()
  }

  private func document(_ response: CallResponse, _ place: FetchPlace) -> Outcome<Document> {
    let why: String
    switch response.result {
    case .response(200, let headers, let bytes) where response.bodyFault == nil:
      if bytes.count <= FetchPlace.longestDocument {
        let said = CacheDirectives(response: headers)
        let isKept = said.map { !$0.noStore && !$0.noCache } ?? false
        return .success(Document(bytes: bytes, lifetime: isKept ? said?.maxAge ?? said?.sharedMaxAge : nil))
      }
      why = "longer than \(FetchPlace.longestDocument.bytesWritten)"
    case .response(200, _, _): why = response.bodyFault ?? ""
    case .response(let status, _, _): why = "status \(status)"
    case .failure(let failure): why = failure.detail ?? failure.outcome
    }
    return .failure(FetchFault(message: "\(place.name): \(why)"))
  }

  private func keys(_ document: Document, of place: FetchPlace, issuer: String?) -> Outcome<FetchedKeys> {
    do throws(KeyFault) {
      let reading = try KeySetReading(jwks: document.bytes, isPublic: true)
      for fault in reading.faults.prefix(Self.mostFaults) {
        logger.debug("a key is not used", metadata: ["from": "\(place.name)", "why": "\(fault)"])
      }
      guard !reading.keys.keys.isEmpty else {
        let first = reading.faults.first.map { ": \($0)" } ?? ""
        return .failure(FetchFault(message: "\(place.name) holds no key that can be used\(first)"))
      }
      var keys = reading.keys
      keys.issuer = issuer
      return .success(FetchedKeys(keys, lifetime: document.lifetime))
    } catch {
      return .failure(FetchFault(message: "\(place.name) \(error)"))
    }
  }

  private func metadata(
    _ document: Document, of issuer: String?, at place: FetchPlace
  ) -> Outcome<(ProviderMetadata, FetchPlace)> {
    do {
      let metadata = try ProviderMetadata(document.bytes, of: issuer)
      let url = try DocumentURL(metadata.keysURL)
      guard case .own(let backend, _) = place, let address = backend.addresses.first else {
        return .failure(FetchFault(message: "there is no such backend"))
      }
      let isSameOrigin = url.origin == address.origin
      // Where the metadata came without TLS, its keys may; nowhere else may they be taken off it.
      guard url.isSafe || isSameOrigin else {
        return .failure(FetchFault(message: "\(place.name) has a jwks_uri without TLS"))
      }
      var tls = backend.tls
      if !isSameOrigin { (tls.certificate, tls.key, tls.serverName) = (nil, nil, nil) }
      return .success((metadata, FetchPlace(url.origin, url.target, tls)))
    } catch let fault as KeyFault {
      return .failure(FetchFault(message: "\(place.name) \(fault)"))
    } catch {
      return .failure(FetchFault(message: "\(place.name) has a jwks_uri that is no URL"))
    }
  }
}

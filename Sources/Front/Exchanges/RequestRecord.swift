import Messages
import Timing

/// What is told of one request in the end, filled on its way. Log, metrics and traces only read it. A value.
package struct RequestRecord: Sendable {
  package let received = Instant.now()
  /// The answer is written whole, or nothing comes any more.
  package internal(set) var ended = Instant.distantFuture
  /// As in the definitions; `nil` where no route has its path.
  package internal(set) var route: String?
  /// The route's place in its site, by which who counts finds it again; another site has others there.
  package internal(set) var routePlace = 0
  /// Of the answer; `nil`: none was begun.
  package var status: Int?
  /// Of the answer's body.
  package var bytes = 0
  /// What `Weft-Outcome` says of a composite, or why a proxied request failed.
  package var outcome: String?
  /// What the cache did for it; `nil` where no cache was asked.
  package var cache: CacheResult?
  /// The level of the cache that had the answer; `nil` where none had.
  package var cacheLevel: CacheLevel?
  /// A composite's answer lacks something.
  package var isPartial = false
  /// It got the answer of an earlier request with its key.
  package var isReplayed = false
  /// Who refused it, or the rest of it; `nil`: nobody.
  package private(set) var refused: Refusal?
  /// Who the client has shown to be.
  package internal(set) var identity: ClientIdentity?
  /// A composite's calls in the file's order, as they were when the answer was made; of a proxied route, its one request.
  /// None where a kept answer was given, or nobody was there any more to be given one; but for works that outlive that.
  package var calls: [CallTrace] = []
  /// How it ended, where not with its answer.
  package var end: End?

  package enum End: String, Sendable {
    /// The connection ended before the answer did.
    case cutOff = "cut-off"
    /// It ended before there was an answer, and the work went on to its own end.
    case clientLeft = "client-left"
  }

  package struct Refusal: Equatable, Sendable {
    /// A stage's name, or `request` where it is no request, `busy` where there is no place for it.
    package let stage: String
    /// For people.
    package let why: String?
    /// One word, for `errors`; `nil`: what the status says.
    package var reason: String?
  }

  package mutating func refuse(_ stage: String, _ why: String?, reason: String? = nil) {
    refused = Refusal(stage: stage, why: why, reason: reason)
  }
}

/// What the cache says to one request.
package enum CacheAnswer: Sendable {
  case hit(CacheHit)
  /// The request makes the answer, and hands it to the ticket.
  case fetch(FetchTicket)
}

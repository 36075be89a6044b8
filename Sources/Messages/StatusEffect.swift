/// What a status that is no success says of the request's effect (RFC 9110 §15).
package enum StatusEffect: Sendable {
  /// It was refused: nothing was done.
  case none
  /// It may have been done: a server that fails in the middle says so, and so does a proxy that got no answer.
  case unknown

  package init(_ status: Int) {
    switch status {
    case 400...499, 501, 503, 505: self = .none
    default: self = .unknown
    }
  }
}

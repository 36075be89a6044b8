/// The length of a request's body as its head says it, in bytes.
package enum BodyLength: Hashable, Sendable {
  /// There is no body.
  case none
  case known(Int)
  /// Its end tells.
  case unknown
}

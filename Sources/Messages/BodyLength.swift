/// What a request's head says of the length of its body, in bytes.
package enum BodyLength: Hashable, Sendable {
  /// There is no body.
  case none
  case known(Int)
  /// Its end tells.
  case unknown
}

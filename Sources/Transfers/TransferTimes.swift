import Timing

/// The instants of a transfer that its owner can't see. A value.
package struct TransferTimes: Sendable {
  /// A connection was made for it, TLS included; `nil` where a kept one was used, or none was had.
  package internal(set) var connected: Instant?
  /// The first line of a response came, be it an interim one.
  package internal(set) var firstByte: Instant?

  package init() {}
}

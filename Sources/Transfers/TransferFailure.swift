/// How a transfer failed, by the outcome words of the definition language. The texts are for logs: they may hold
/// addresses, never headers or bodies.
package enum TransferFailure: Error, Equatable, Sendable {
  /// No whole answer in the transfer's time; for a stream: no head, or no byte, in its time.
  case timeout
  /// Not a byte of an answer came: name, TCP, TLS or the connect timeout, or closed before the first line.
  case connect(String)
  /// Something came, but it is broken: truncated, reset, not HTTP, not decodable.
  case invalid(String)
  /// More than `maxResponseBytes`, counted after decompression.
  case tooLarge
  /// By the task, the owner or a shutdown.
  case cancelled
}

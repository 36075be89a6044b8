import CCurl

/// The failure of a transfer, by the outcome words of the definition language. The texts are for logs: they may hold
/// addresses, never headers or bodies.
package enum TransferFailure: Error, Equatable, Sendable {
  /// No whole response in the transfer's time; for a stream: no head, or no byte, in its time.
  case timeout
  /// No byte of a response came: name, TCP, TLS or the connect timeout, or closed before the first line.
  case connect(String)
  /// Something came, but it is broken: truncated, reset, not HTTP, not decodable.
  case invalid(String)
  /// More than `maxResponseBytes`, counted after decompression.
  case tooLarge
  /// The task, the owner or a shutdown gave it up.
  case cancelled
}

extension TransferFailure {
  /// `responseBegan`: a line of a response was read. A status line that breaks off counts as nothing: libcurl keeps it
  /// to itself.
  init(_ code: CURLcode, message: String, responseBegan: Bool) {
    if responseBegan || Self.isBrokenResponse(code) {
      self = .invalid(message)
    } else {
      self = .connect(message)
    }
  }

  /// Codes that say that bytes came and made no sense, even when no line of them was complete. Not so over HTTP/2:
  /// there frames that come before a head say nothing about the request, and libcurl has the same codes for all that
  /// breaks.
  private static func isBrokenResponse(_ code: CURLcode) -> Bool {
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL,  // "HTTP/0.9 when not allowed": not a status line
      CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
      CURLE_OUT_OF_MEMORY:  // a line over libcurl's 100 KiB
      true
    default:
      false
    }
  }
}

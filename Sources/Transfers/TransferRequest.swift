import Messages
import Timing

/// One request whose response is wanted whole.
package struct TransferRequest: Sendable {
  package var origin: Origin
  /// Sent as it is; case matters.
  package var method: String
  /// Origin-form: path and query, beginning with `/`, already encoded; sent byte for byte.
  package var target: String
  /// The header lines of this request alone. `Content-Length`, `Transfer-Encoding` and `Expect` are left out: the body
  /// decides.
  package var headers: [HeaderField] = []
  /// Sent after `headers`; see `HeaderLines` for which.
  package var commonHeaders: HeaderText?
  /// Sent after `headers`.
  package var staticHeaders = PreparedHeaders.none
  /// `nil` for none; POST, PUT and PATCH then say `Content-Length: 0`.
  package var body: [UInt8]?
  /// The deadline of the whole response.
  package var deadline = Instant.distantFuture
  /// The bytes of a body after decompression.
  package var maxResponseBytes = 4 * 1024 * 1024
  /// Sends `Accept-Encoding` and decodes the response. Its `Content-Encoding` and `Content-Length` stay as they came.
  package var acceptsCompression = false
  /// Whether the response's `headers` are wanted below status 400 too.
  package var keepsHeaders = false
  /// It may be sent again where a kept connection turns out to be dead, as one of a safe method is.
  package var onlyReads = false

  package init(origin: Origin, method: String = "GET", target: String) {
    self.origin = origin
    self.method = method
    self.target = target
  }
}

/// A whole response, of whatever status.
package struct TransferResponse: Sendable {
  package var status: Int
  /// Empty below status 400 unless the request asked for it.
  package var headers: HeaderBlock
  /// Decoded where compression was accepted.
  package var body: [UInt8]
  /// Why the body of a status from 400 could not be decoded; it is empty then. Below that such a response is `invalid`.
  package var bodyFault: String?

  package init(status: Int, headers: HeaderBlock = HeaderBlock(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

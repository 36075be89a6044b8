import Messages

/// A request whose body and response are passed on as they come.
package struct StreamRequest: Sendable {
  package var origin: Origin
  /// Sent as it is; case matters.
  package var method: String
  /// Origin-form, sent byte for byte.
  package var target: String
  /// All of them, in their order; libcurl adds none but `Host` where there is none, and what `bodyLength` says.
  /// `Content-Length`, `Transfer-Encoding` and `Expect` are left out. Hop-by-hop fields are the caller's business.
  package var headers: [HeaderField] = []
  /// Lines sent after them; see `HeaderLines` for which.
  package var commonHeaders: HeaderText?
  /// The length of the body. With `none`, POST, PUT and PATCH say `Content-Length: 0`, other methods nothing. Where it
  /// is known, the delegate must give exactly so many bytes; where not, HTTP/1.1 says `Transfer-Encoding: chunked`.
  package var bodyLength = BodyLength.none
  /// The time from the moment that the whole request body was handed over (the beginning, if there is none) to the
  /// final head.
  package var headTimeout: Duration = .seconds(30)
  /// The time without a byte in either direction, whoever is slow; while the body is sent, and after the head.
  package var idleTimeout: Duration = .seconds(60)

  package init(origin: Origin, method: String = "GET", target: String) {
    self.origin = origin
    self.method = method
    self.target = target
  }
}

/// The other side of a stream. Everything is called on the loop's thread. But for the last two it is inside libcurl:
/// from there the stream's own methods may be used, they take effect as soon as libcurl has returned.
package protocol StreamDelegate: AnyObject {
  /// The final head; interim ones (1xx) are swallowed. Once at most.
  func stream(_ stream: StreamingTransfer, receivedHead status: Int, headers: HeaderBlock)

  /// Takes the next piece of the response's body, only valid during the call. False: it was taken, but nothing more is
  /// wanted until `resumeReceiving`; libcurl holds one more piece (16 KiB) at most, and the backend is slowed by TCP.
  func stream(_ stream: StreamingTransfer, received bytes: UnsafeRawBufferPointer) -> Bool

  /// The backend can take more of the request's body.
  func stream(_ stream: StreamingTransfer, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull

  /// Fields behind the body, as they came; once at most, where the response is complete and has some. Not inside
  /// libcurl.
  func stream(_ stream: StreamingTransfer, receivedTrailers trailers: HeaderBlock)

  /// Called once, and last; never inside another call of the stream's or of libcurl's. Success: the response is
  /// complete, though the backend may have answered without taking the whole request. Failure after the head: what was
  /// passed on is not complete, and must not look so.
  func streamEnded(_ stream: StreamingTransfer, _ result: Result<Void, TransferFailure>)
}

/// The part of the request's body that a delegate has just now.
package enum BodyPull: Hashable, Sendable {
  /// The number of bytes that were put into the buffer; at least one.
  case bytes(Int)
  /// Nothing yet; it is asked again after `resumeSending`.
  case wait
  /// The body is complete. Before the announced length is reached it is taken for `abort`.
  case end
  /// The body will never be complete: the transfer ends as cancelled, and the backend sees a broken request.
  case abort
}

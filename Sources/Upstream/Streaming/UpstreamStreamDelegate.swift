import Messages
import Transfers

/// Whoever proxies: all calls on the loop's thread, none before `openStream` has returned. Held until `streamEnded`.
package protocol UpstreamStreamDelegate: AnyObject {
  /// The final head, once; not called for a response that was retried.
  func stream(_ stream: UpstreamStream, receivedHead status: Int, headers: HeaderBlock)

  /// `false`: taken, and nothing more until `resumeReceiving`.
  func stream(_ stream: UpstreamStream, received bytes: UnsafeRawBufferPointer) -> Bool

  /// Asked only where the request has a body. After `.wait`, `resumeSending` makes it ask again.
  func stream(_ stream: UpstreamStream, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull

  /// Fields behind the body, as they came; once at most, before a good end.
  func stream(_ stream: UpstreamStream, receivedTrailers trailers: HeaderBlock)

  /// Exactly once, last. A failure before the head is for a problem document, one after it breaks the client off.
  func streamEnded(_ stream: UpstreamStream, _ result: Result<Void, CallFailure>)
}

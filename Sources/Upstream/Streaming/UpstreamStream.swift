import Messages
import Timing
import Transfers

/// *Confined to its loop's thread.* A pass-through request on its way, made by `UpstreamClient.openStream`.
///
/// Retried by the backend's policy while nothing of a response has reached anybody: where nothing was sent, or where
/// the request may be repeated and all that was sent of its body is kept. What retries cost in time comes out of the
/// head timeout. Begun again with another token where the backend refused the one of its `oauth2`, as long as what was sent
/// of the body is kept.
package final class UpstreamStream: UpstreamCourse, @unchecked Sendable {  // guarded by the reactor's thread
  let request: UpstreamStreamRequest
  var course: CourseState
  var delegate: (any UpstreamStreamDelegate)?
  var attempt: StreamAttempt?
  var body: KeptBody
  /// The failure of the attempt before this one, where that had no response.
  var lastFailure: CallFailure?
  /// Of the attempt under way.
  var status: Int?
  /// The delegate has the head: there is no way back.
  var hasHead = false
  /// What comes, where somebody keeps it.
  var recording: RecordedResponse?
  /// Whether a transfer was begun.
  package internal(set) var wasSent = false

  init(_ client: UpstreamClient, _ request: UpstreamStreamRequest, delegate: any UpstreamStreamDelegate) {
    self.request = request
    self.delegate = delegate
    course = CourseState(
      client, backend: request.backend, method: request.method, isRepeatable: request.isRepeatable,
      balanceKey: request.balanceKey, deadline: Instant.now().advanced(by: request.headTimeout))
    course.trace = request.trace
    let repeats = course.backend.retry != nil && course.attempts.isRepeatable || course.backend.tokens != nil
    body = KeptBody(bound: repeats ? request.retryBuffer : 0)
  }

  /// The attempts so far. One that is under way counts as ended now, and well.
  package var attempts: AttemptTraces {
    var all = course.log.ended
    guard let attempt else { return all }
    let underWay = course.log.underWay(AttemptTrace.answered, status: status, attempt.times, at: .now())
    if let underWay { all.add(underWay) }
    return all
  }

  /// Goes on after `received` returned `false`.
  package func resumeReceiving() { attempt?.resumeReceiving() }

  /// Goes on sending: there is more of the body, or its end.
  package func resumeSending() { attempt?.resumeSending() }

  /// Gives it up, in whatever phase it is. What it held is free when this returns; the delegate hears `streamEnded`
  /// with `.cancelled` in turn, and nothing else any more. Nothing happens after the end.
  package func cancel() { giveUp() }
}

/// The one who proxies. All calls are made on the loop's thread, none before `openStream` has returned. It is held
/// until `streamEnded`.
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

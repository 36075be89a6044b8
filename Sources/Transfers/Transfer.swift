import CCurl
import Reactor
import Timing

/// *Confined to its loop.* One request and its response while it is under way; says what becomes of the bytes.
///
/// The handle holds it strongly from the moment it is added until `TransferLoop.remove`, the one place where that ends.
protocol Transfer: TimerTarget {
  var loop: TransferLoop { get }
  var origin: Origin { get }
  /// The instant at which it ends if nothing more is heard.
  var timeLimit: Instant { get }
  /// Set while it is under way.
  var handle: EasyHandle? { get set }
  var timer: TimerToken? { get set }
  /// A byte of the request may have gone out. Set inside curl, once a connection stands.
  var wasBegun: Bool { get set }
  /// Set inside curl.
  var times: TransferTimes { get set }
  /// The way to its connection, while it waits for a name, or is on its way to a connection with more than one address
  /// to choose from.
  var connecting: Connecting? { get set }

  /// What is sent, for a script; a body that is streamed is not in it.
  var scriptedRequest: ScriptedRequest { get }
  /// Outside of curl: sets the handle's options; `nil`, or why the request can't be sent.
  func prepare(_ handle: EasyHandle, for destination: Destination) -> TransferFailure?
  /// Inside curl: a header line, with its line end. False breaks the transfer off.
  func receivedLine(_ line: UnsafeRawBufferPointer, _ head: inout ResponseHead) -> Bool
  /// Inside curl: a piece of the body's content. False breaks the transfer off.
  func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// Inside curl: true where nothing can be taken now. curl then holds the piece until it is told otherwise.
  func holdsBack() -> Bool
  /// curl holds a piece.
  var isHeldBack: Bool { get }
  /// Inside curl: fills the buffer with what is sent next.
  func pullBody(into buffer: UnsafeMutableRawBufferPointer) -> Int
  /// Sending the same request again, on a connection that turned out dead, is harmless. Asked inside curl.
  var isRepeatable: Bool { get }
  /// Outside of curl, once, after it was removed: `handle` is gone, and given back as `by` to read from.
  func ended(_ code: CURLcode, by handle: EasyHandle)
  /// Outside of curl, once, instead of `ended`: timeout, cancellation, shutdown, or it never began.
  func failed(_ failure: TransferFailure)
}

extension Transfer {
  /// It has begun and has not ended.
  var isUnderWay: Bool { handle != nil || connecting != nil }
  func holdsBack() -> Bool { false }
  var isHeldBack: Bool { false }
}

import Messages
import NIOCore

/// What writes the answer of an exchange in its protocol, and lets the client's body through: a connection of HTTP/1.1,
/// a test. *Confined to* its front loop. Of several exchanges one after the other only one is being answered; calls for
/// another do nothing.
package protocol AnswerSink: AnyObject {
  /// The whole answer. `body` may be shared with others, and is not copied where that costs more than it saves.
  func send(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, body: AnswerBody)

  /// The head of an answer whose body follows in pieces; nothing is flushed yet.
  /// - Parameters:
  ///   - length: of the body, where it is known.
  ///   - room: bytes of it that follow at once.
  /// - Returns: false where the exchange is over already.
  func begin(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, room: Int) -> Bool

  /// A piece of the body, which waits for `flush`. More than the announced length breaks the answer off.
  func write(_ exchange: Exchange, _ piece: ByteBuffer)

  func flush(_ exchange: Exchange)

  /// The answer is whole. One that is shorter than announced is broken off instead. The trailers are left out where
  /// there is no place for them.
  func end(_ exchange: Exchange, trailers: (some FieldSequence)?)

  /// The answer can't be finished: the client must not take what was sent for whole.
  func breakOff(_ exchange: Exchange)

  /// The client has taken so much that the next piece may be written.
  func isReady(_ exchange: Exchange) -> Bool

  /// The rest of the body is wanted: where the client waits to be told so (`Expect: 100-continue`), it is told.
  func askForBody(_ exchange: Exchange)

  /// More of the body is taken, after `Exchange.receive` has said that it is enough.
  func resumeBody(_ exchange: Exchange)

  /// The request can't be taken to its end, such as one that is too large: a problem where there is still room for one.
  func refuse(_ exchange: Exchange, _ fault: RequestFault)
}

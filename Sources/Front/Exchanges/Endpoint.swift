import Messages
import NIOCore

/// What a route leads to.
package protocol Endpoint: Sendable {
  var body: BodyMode { get }

  /// Begins to answer a request. Called on the front loop, which it must not block; `exchange.answer` may come later
  /// and from any thread.
  func serve(_ exchange: Exchange)
}

/// What an endpoint wants of a request's body.
package enum BodyMode: Hashable, Sendable {
  /// Served when the head is in; the body is read and dropped.
  case ignored
  /// Served when the whole body is in; above `max` bytes the client gets 413.
  case buffered(max: Int)
  /// Served when the head is in; the body is taken piece by piece.
  case streamed
}

/// An endpoint that answers at once, on the front loop.
package struct AnswerEndpoint: Endpoint {
  package let body: BodyMode
  private let answer: @Sendable (IncomingRequest) -> Answer

  package init(body: BodyMode = .ignored, _ answer: @escaping @Sendable (IncomingRequest) -> Answer) {
    self.body = body
    self.answer = answer
  }

  package func serve(_ exchange: Exchange) {
    exchange.answer(answer(exchange.request))
  }
}

/// What a streaming endpoint puts beside its exchange to be told of pieces. Called on the front loop only.
package protocol ExchangeStream: AnyObject {
  /// A piece of the request's body. False: taken, and no more until `Exchange.resumeBody`.
  func received(_ bytes: ByteBuffer) -> Bool
  /// The request's body is complete.
  func bodyEnded()
  /// The client took enough of the answer for more to be written.
  func outputDrained()
  /// The client left, or the answer can't be finished. The last call.
  func abandoned()
}

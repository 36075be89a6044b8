import Messages

/// An endpoint that answers at once, on the front loop.
package struct ReplyEndpoint: Endpoint {
  package let body: BodyMode
  private let answer: @Sendable (IncomingRequest) -> Reply

  package init(body: BodyMode = .ignored, _ answer: @escaping @Sendable (IncomingRequest) -> Reply) {
    self.body = body
    self.answer = answer
  }

  package func serve(_ exchange: Exchange) {
    exchange.reply(answer(exchange.request))
  }
}

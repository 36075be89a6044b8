import NIOCore

/// What a streaming endpoint puts beside its exchange to be told of pieces. Called on the front loop only.
protocol ExchangeStream: AnyObject {
  /// A piece of the request's body. False: taken, and no more until `Connection.resumeBody`.
  func received(_ bytes: ByteBuffer) -> Bool
  /// The request's body is complete.
  func bodyEnded()
  /// The client took enough of the answer for more to be written.
  func outputDrained()
  /// The client left, or the answer can't be finished. The last call.
  func abandoned()
}

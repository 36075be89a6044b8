/// How the body of the answer being streamed is framed (RFC 9112 §6.3).
enum AnswerFraming: Equatable, Sendable {
  /// There is no body: HEAD, 204, 304.
  case none
  /// Bytes that are still to come.
  case length(Int)
  case chunked
  /// Up to the end of the connection: for HTTP/1.0.
  case untilClose
}

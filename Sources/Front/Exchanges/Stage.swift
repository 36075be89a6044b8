import Messages
import NIOCore

/// One policy of a route, such as who may come in. *Immutable*; compiled for its route, called on front loops.
package protocol Stage: Sendable {
  /// In logs and `explain`: one word.
  var name: String { get }

  /// A request comes by. It must not block.
  func enter(_ exchange: Exchange) -> StageStep

  /// Whether `leave` does anything: a stage that does not look at answers costs them nothing.
  var seesAnswers: Bool { get }

  /// Whether it answers preflights of its route (`IncomingRequest.preflightedMethod`), in place of its path's OPTIONS.
  var answersPreflights: Bool { get }

  /// The answer to a request that has entered goes out, whoever gave it. What is to be done to its fields is put into
  /// `head.changes`; what is returned gets the body to pass on. A body of which nothing is sent (HEAD, 304) passes, too.
  /// - Parameters:
  ///   - fields: the answer's own; those of `head.prepared` stand before them, `head.changes` is not made yet.
  ///   - length: of the body, in bytes, where it is known.
  func leave(_ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?) -> (
    any BodyFilter
  )?
}

extension Stage {
  package var seesAnswers: Bool { false }
  package var answersPreflights: Bool { false }
  package func leave(_ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?) -> (
    any BodyFilter
  )? { nil }
}

/// What becomes of a request at a stage.
package enum StageStep: Sendable {
  case pass
  /// The rest of the stages and the work don't see it.
  case answer(Answer)
  /// As `answer`; and what is told of the request says that this stage refused it, and why: for people, by default the
  /// problem's detail.
  case refuse(Problem, why: String? = nil)
  /// The stage calls `Exchange.resume` later, on the front loop.
  case wait
}

/// What an answer's body goes through, piece by piece. A value type.
package protocol BodyFilter {
  /// What goes on is as long as what came.
  var keepsLength: Bool { get }

  /// - Parameter isLast: the body ends with this piece, which may be empty.
  /// - Returns: what goes on; may be empty.
  mutating func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer

  /// The client is to have all that has passed.
  /// - Returns: what was held back of it.
  mutating func flush() -> ByteBuffer
}

extension BodyFilter {
  package var keepsLength: Bool { false }
  package mutating func flush() -> ByteBuffer { ByteBuffer() }
}

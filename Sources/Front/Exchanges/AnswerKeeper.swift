import Messages

/// Who keeps the answer of an exchange for requests like it, and so has to know how it ends. What the client gets is seen by
/// a stage; this is the rest. *Confined to* the front loop.
package protocol AnswerKeeper: AnyObject {
  /// The work has ended, or was given up. Not every work says so.
  func workEnded(_ end: WorkEnd)
  /// The client has left, or the answer can't be finished, and the work does not go on for that.
  func clientLeft()
  /// The work can't finish its answer.
  func brokenOff()
}

/// What a client got of work that has ended.
package enum WorkEnd: Sendable {
  /// The answer, or it is on its way.
  case answered
  /// Nothing, as it had left before. It would have been this answer.
  case missed(Answer)
  /// Nothing, and nothing was done.
  case undone
}

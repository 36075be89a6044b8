/// The reason why a command has no reply. A value: nothing in this target throws for a Redis that is slow, broken or gone.
package enum RedisFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// No connection, or an open breaker: nothing was sent, and no time was lost.
  case unavailable
  /// Too many commands on their way already; nothing was sent.
  case busy
  /// No reply in the command's time. The command may still have been done.
  case timeout
  /// The connection ended. The command may still have been done.
  case closed
  /// An error reply, its whole line.
  case refused(String)
  /// A reply that the command does not have, or none of Redis' protocol.
  case unexpected

  /// Whether the server said it: it was there, and did not do what it was asked.
  package var isReply: Bool {
    switch self {
    case .refused, .unexpected: true
    case .unavailable, .busy, .timeout, .closed: false
    }
  }

  package var description: String {
    switch self {
    case .unavailable: "not connected"
    case .busy: "too many commands are on their way"
    case .timeout: "no reply in time"
    case .closed: "the connection ended"
    case .refused(let line): line
    case .unexpected: "a reply that the command does not have"
    }
  }

  /// The first word of an error reply, such as `MOVED`.
  package var code: Substring? {
    guard case .refused(let line) = self else { return nil }
    return line.prefix { $0 != " " }
  }

  /// Whether the server is a replica (now). Before Redis 7 a script's error has the word somewhere in its line.
  var isReadOnly: Bool {
    guard case .refused(let line) = self else { return false }
    return line.contains("READONLY ")
  }
}

package typealias RedisResult = Result<RedisReply, RedisFailure>
package typealias RedisCompletion = (RedisResult) -> Void

extension RedisResult {
  package var success: RedisReply? {
    if case .success(let success) = self { success } else { nil }
  }

  package var failure: RedisFailure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}

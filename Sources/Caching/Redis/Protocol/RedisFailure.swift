/// Why a command has no reply. A value: nothing in this room throws for a Redis that is slow, broken or gone.
enum RedisFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no connection, or the breaker is open: nothing was sent, and no time was lost.
  case unavailable
  /// Too much is on its way already; nothing was sent.
  case busy
  /// No reply in the command's time. It may still have been done.
  case timeout
  /// The connection ended. It may still have been done.
  case closed
  /// The server answered with this error.
  case refused(String)
  /// The server answered with something else than the command has as its reply, or with no Redis protocol at all.
  case unexpected

  /// The server said it: it was there, and did not do what it was asked.
  var isAnswer: Bool {
    switch self {
    case .refused, .unexpected: true
    case .unavailable, .busy, .timeout, .closed: false
    }
  }

  var description: String {
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
  var code: Substring? {
    guard case .refused(let line) = self else { return nil }
    return line.prefix { $0 != " " }
  }

  /// The server is a replica (now). Before Redis 7 a script's error has the word somewhere in its line.
  var isReadOnly: Bool {
    guard case .refused(let line) = self else { return false }
    return line.contains("READONLY ")
  }
}

typealias RedisResult = Result<RedisReply, RedisFailure>
typealias RedisCompletion = (RedisResult) -> Void

import Glibc

/// Why a socket of the harness could not go on.
enum SocketFailure: Error, CustomStringConvertible {
  /// Nothing came, or nothing was taken, within the harness's patience.
  case timeout(String)
  /// The peer broke the connection off.
  case broken(String, errno: Int32)
  /// The connection ended where an answer was due.
  case closed
  /// What came is no HTTP.
  case malformed(String)

  var description: String {
    switch self {
    case .timeout(let what): "timed out while \(what)"
    case .broken(let what, let code): "connection broken while \(what): \(String(cString: strerror(code)))"
    case .closed: "the connection was closed without an answer"
    case .malformed(let what): "malformed: \(what)"
    }
  }
}

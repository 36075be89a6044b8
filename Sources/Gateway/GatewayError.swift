/// The reason why a gateway could not be started.
package enum GatewayError: Error, CustomStringConvertible {
  case badAddress(String)
  /// Others can reach the admin address, and there is no token.
  case openAdmin(String)
  case cannotListen(String, String)
  /// A file for TLS to Redis is no such file.
  case cannotConnect(String)
  case takeover(String)
  /// What a supervisor passes is no listening socket.
  case badSocket(String)
  /// It passes sockets where nothing listens.
  case unusedSockets([String])
  /// A file, and why it can't be written.
  case cannotLog(String, String)

  package var description: String {
    switch self {
    case .badAddress(let text): "\(text) is no address to listen on; write HOST:PORT, for example 127.0.0.1:8080"
    case .openAdmin(let text):
      "\(text) can be reached from elsewhere: `admin` needs a `token` in gateway.yaml, or listens on 127.0.0.1"
    case .cannotConnect(let reason): "the settings of redis can't be used: \(reason)"
    case .takeover(let reason): "can't take over: \(reason)"
    case .badSocket(let reason): "LISTEN_FDS: \(reason)"
    case .unusedSockets(let addresses):
      "the supervisor listens on \(addresses.joined(separator: ", ")), which neither `listen` nor `admin` has"
    case .cannotLog(let path, let reason): "`log.file`, \(path), can't be written: \(reason)"
    case .cannotListen(let text, let reason): "cannot listen on \(text): \(reason)"
    }
  }
}

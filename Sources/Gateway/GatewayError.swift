/// Why a gateway could not be started.
package enum GatewayError: Error, CustomStringConvertible {
  case badAddress(String)
  case cannotListen(String, String)
  /// A file for TLS to Redis is no such file.
  case cannotConnect(String)

  package var description: String {
    switch self {
    case .badAddress(let text): "\(text) is no address to listen on; write HOST:PORT, for example 127.0.0.1:8080"
    case .cannotConnect(let reason): "the settings of redis can't be used: \(reason)"
    case .cannotListen(let text, let reason): "cannot listen on \(text): \(reason)"
    }
  }
}

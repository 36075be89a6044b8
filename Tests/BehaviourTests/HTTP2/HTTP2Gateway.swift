/// Routes and a listener that speaks HTTP/2 with whoever begins with it, for the tests of this folder.
enum HTTP2Gateway {
  static let definition = """
    backends: { b1: { url: "${env.B1}" } }
    routes:
      GET /static: { response: { of: "${headers.\\"x-name\\"}" } }
      POST /body: { response: { got: "${body}" } }
      GET /call: { calls: { a: GET b1 /call } }
      GET /large: { calls: { a: GET b1 /large }, response: "${a}" }
      ANY /p/*rest: { proxy: "b1 /${path.rest}" }
    """

  static func start(_ backend: ScriptedBackend? = nil, _ gateway: String = "threads: 1\n") throws -> GatewayProcess {
    try GatewayProcess(
      definition, backends: [backend?.url ?? "http://127.0.0.1:1"],
      gateway: gateway + "listen: { address: \"127.0.0.1:0\", http2: cleartext }\n")
  }
}

extension GatewayProcess {
  /// Nothing is left of what clients did.
  func isQuiet() -> Bool {
    waitForHealth {
      $0["connections"]?.number == 0 && $0["requestsInFlight"]?.number == 0 && $0["untakenBytes"]?.number == 0
    }
  }
}

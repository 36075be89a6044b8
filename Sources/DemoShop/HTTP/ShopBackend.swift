import NIOHTTP1

/// One service while it runs: its endpoints and its fault switch. *Immutable*, but for the switch, which guards itself.
final class ShopBackend: Sendable {
  struct Outcome: Sendable {
    let answer: ShopAnswer
    /// Milliseconds before it is given.
    let delay: Int
    let effect: Fault.Effect
  }

  static let faultPath = "__fault"

  let service: Service
  let faults: FaultSwitch
  private let endpoints: [ShopEndpoint]
  private let hasLatency: Bool

  init(service: Service, endpoints: [ShopEndpoint], hasLatency: Bool) {
    self.service = service
    self.hasLatency = hasLatency
    faults = FaultSwitch()
    let health = ShopEndpoint(.GET, "/health", latency: 0) { _ in .json(["status": "up"]) }
    self.endpoints = endpoints + [health]
  }

  /// The switch itself is never affected by a fault; everything else is, `/health` included.
  func outcome(of request: ShopRequest) -> Outcome {
    if request.segments == [ShopBackend.faultPath] {
      return Outcome(answer: faults.answer(request), delay: 0, effect: .none)
    }
    let (answer, latency) = plainAnswer(request)
    let fault = faults.next()
    return Outcome(
      answer: fault.replacement ?? answer, delay: (hasLatency ? latency : 0) + fault.delay, effect: fault.effect)
  }

  private func plainAnswer(_ request: ShopRequest) -> (ShopAnswer, latency: Int) {
    var allowed: [HTTPMethod] = []
    // HEAD is answered as GET; the handler leaves the body out.
    let method = request.method == .HEAD ? .GET : request.method
    for endpoint in endpoints {
      guard let captures = endpoint.captures(of: request.segments) else { continue }
      guard endpoint.method == method else {
        allowed += endpoint.method == .GET ? [.GET, .HEAD] : [endpoint.method]
        continue
      }
      var request = request
      request.captures = captures
      return (endpoint.answer(request), endpoint.latency)
    }
    guard allowed.isEmpty else { return (.methodNotAllowed(allow: allowed), 0) }
    return (.problem(.notFound, "\(service.rawValue) has no such path"), 0)
  }
}

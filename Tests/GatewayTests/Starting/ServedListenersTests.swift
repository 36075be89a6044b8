import Messages
import Plans
import Testing

@testable import Gateway

/// What a definition may say of listeners, and no server can do yet, ends the start.
@Suite struct ServedListenersTests {
  private static let address = ListenerPlan.Address.tcp(ListenAddress(host: "127.0.0.1", port: 0))

  @Test func plainListenersAreServed() throws {
    var plan = ProcessPlan()
    plan.listeners = [ListenerPlan(Self.address), ListenerPlan(.unix(path: "/a", mode: 0o600))]
    #expect(try plan.servedListeners() == plan.listeners)
  }

  @Test func othersAreRefused() {
    func refusal(_ change: (inout ProcessPlan) -> Void) -> String? {
      var plan = ProcessPlan()
      change(&plan)
      let error = #expect(throws: GatewayError.self) { try plan.servedListeners() }
      return error.map { "\($0)" }
    }
    let refusals = [
      refusal {
        var tls = TLSListenerPlan(certificates: [])
        tls.clientCertificates = TLSListenerPlan.ClientCertificates(authorities: "/a")
        $0.listeners = [ListenerPlan(Self.address, tls: tls)]
      },
      refusal { $0.listeners[0].redirect = ListenerPlan.Redirect() },
    ]
    #expect(Set(refusals).count == refusals.count)
    #expect(refusals.allSatisfy { $0?.contains("`listen`") == true })
  }
}

import Front
import Messages
import Plans

/// Lets in by the client's address (`allow`, `deny`). *Immutable.*
package struct AddressStage: Stage {
  package let name = "address"
  private let plan: AddressPlan

  package init(_ plan: AddressPlan) {
    self.plan = plan
  }

  package func enter(_ exchange: Exchange) -> StageStep {
    if plan.admits(IPAddress(exchange.request.client.address)) { return .pass }
    return .refuse(Problem(403, detail: "requests from this address are not allowed"))
  }
}

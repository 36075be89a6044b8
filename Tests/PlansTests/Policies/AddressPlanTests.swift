import Messages
import Testing

@testable import Plans

@Suite struct AddressPlanTests {
  private func plan(_ allow: [String]?, _ deny: [String]) -> AddressPlan {
    AddressPlan(allow: allow?.compactMap { AddressBlock($0) }, deny: deny.compactMap { AddressBlock($0) })
  }

  @Test func withAllowAllOthersStayOut() {
    let plan = plan(["10.0.0.0/8"], [])
    #expect(plan.admits(IPAddress("10.1.1.1")) && !plan.admits(IPAddress("11.1.1.1")) && !plan.admits(nil))
  }

  @Test func withoutAllowAllOthersComeIn() {
    let plan = plan(nil, ["10.0.0.0/8"])
    #expect(!plan.admits(IPAddress("10.1.1.1")) && plan.admits(IPAddress("11.1.1.1")) && plan.admits(nil))
  }

  @Test func aTieIsADenial() {
    let plan = plan(["10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24"], ["10.1.0.0/16", "10.1.1.1"])
    #expect(plan.admits(IPAddress("10.2.0.1")) && !plan.admits(IPAddress("10.1.0.1")))
    #expect(plan.admits(IPAddress("10.1.1.2")) && !plan.admits(IPAddress("10.1.1.1")))
  }
}

import Plans
import Transfers

extension OriginSettings {
  init(_ plan: BackendPlan, _ address: BackendPlan.Address) {
    self.init()
  }
}

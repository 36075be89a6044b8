import Plans
import Resilience
import Transfers

/// What an attempt says about its address: bad are no connection, no response in time, a broken response, and a status
/// that counts as a failure.
extension Breaker.Verdict {
  init(status: Int, failing: StatusSet) {
    self = failing.contains(status) ? .bad : .good
  }

  init(_ result: Result<TransferResponse, TransferFailure>, failing: StatusSet) {
    switch result {
    case .success(let response): self.init(status: response.status, failing: failing)
    case .failure(let failure): self.init(failure)
    }
  }

  /// A backend that says too much is well: otherwise whoever finds one URL with a large response could close the
  /// backend for all.
  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout, .connect, .invalid: self = .bad
    case .tooLarge: self = .good
    case .cancelled: self = .none
    }
  }
}

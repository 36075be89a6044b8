import Plans
import Transfers

/// What an attempt says about its address's condition.
enum Verdict: Sendable {
  case good
  /// No connection, no answer in time, a broken answer, or a status that counts as a failure.
  case bad
  /// Nothing: it was cancelled, or never began.
  case none

  init(status: Int, failing: StatusSet) {
    self = failing.contains(status) ? .bad : .good
  }

  init(_ result: Result<TransferResponse, TransferFailure>, failing: StatusSet) {
    switch result {
    case .success(let response): self.init(status: response.status, failing: failing)
    case .failure(let failure): self.init(failure)
    }
  }

  /// A backend that says too much is well: otherwise whoever finds one URL with a large answer could close the
  /// backend for all.
  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout, .connect, .invalid: self = .bad
    case .tooLarge: self = .good
    case .cancelled: self = .none
    }
  }
}

import Transfers

/// What an attempt says about its backend's condition.
enum Verdict: Sendable {
  case good
  /// No connection, no answer in time, a broken answer, or a 5xx.
  case bad
  /// Nothing: it was cancelled, or never began.
  case none

  init(status: Int) {
    self = status >= 500 ? .bad : .good
  }

  init(_ result: Result<TransferResponse, TransferFailure>) {
    switch result {
    case .success(let response): self.init(status: response.status)
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

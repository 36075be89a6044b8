import Messages

@testable import Upstream

struct Unexpected: Error {
  let what: String

  init(_ what: some Any) {
    self.what = "\(what)"
  }
}

extension CallResponse {
  var status: Int? {
    if case .response(let status, _, _) = result { status } else { nil }
  }

  var text: String? {
    if case .response(_, _, let body) = result { String(decoding: body, as: UTF8.self) } else { nil }
  }

  var failure: CallFailure? {
    if case .failure(let failure) = result { failure } else { nil }
  }
}

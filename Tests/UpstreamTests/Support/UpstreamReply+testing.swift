import Transfers

@testable import Upstream

struct Unexpected: Error {
  let what: String

  init(_ what: some Any) {
    self.what = "\(what)"
  }
}

extension UpstreamReply {
  var status: Int? {
    if case .success(let response) = result { response.status } else { nil }
  }

  var text: String? {
    if case .success(let response) = result { String(decoding: response.body, as: UTF8.self) } else { nil }
  }

  var failure: UpstreamFailure? {
    if case .failure(let failure) = result { failure } else { nil }
  }
}

import Composing
import Messages
import Timing
import Transfers
import Upstream

/// A composition's way to its backends: one transfer loop's upstream client. *Confined to* that loop's thread, which
/// compositions run on.
struct UpstreamCaller: Caller {
  let client: UpstreamClient
  let loop: TransferLoop

  func now() -> Instant { Instant.now() }

  func sleep(until instant: Instant) async {
    // Ends early, with nothing to do, when the composition is done.
    try? await loop.reactor.sleep(until: instant)
  }

  func send(_ request: CallRequest, deadline: Instant) async -> CallReply {
    let reply = await client.send(
      UpstreamRequest(
        backend: request.backend, method: request.method, target: request.target, headers: request.headers,
        body: request.body, deadline: deadline, isRepeatable: request.isRepeatable, balanceKey: request.balanceKey,
        keepsHeaders: request.keepsHeaders))
    switch reply.result {
    case .success(let response):
      let headers = request.keepsHeaders || response.status >= 400 ? response.fields : []
      let result = CallReply.Result.response(status: response.status, headers: headers, body: response.body)
      return CallReply(result, wasSent: reply.wasSent)
    case .failure(let failure):
      return CallReply(.failure(CallReply.Failure(failure)), wasSent: reply.wasSent)
    }
  }
}

extension TransferResponse {
  fileprivate var fields: [HeaderField] {
    headers.map { HeaderField($0.name, $0.value) }
  }
}

extension CallReply.Failure {
  fileprivate init(_ failure: UpstreamFailure) {
    switch failure {
    case .timeout: self = .timeout
    case .connect(let detail): self = .connect(detail)
    case .queue: self = .queue
    case .circuitOpen(let retryAfter):
      self = .circuitOpen(retryAfter: Int(max(1, (retryAfter / .seconds(1)).rounded(.up))))
    case .invalid(let detail): self = .invalid(detail)
    case .cancelled: self = .cancelled
    }
  }
}

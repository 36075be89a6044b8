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

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    ScheduledWork(at: instant, on: loop.reactor, body)
  }

  func execute(_ body: @escaping @Sendable () -> Void) {
    loop.reactor.execute(body)
  }

  func begin(_ request: CallRequest, deadline: Instant, reply: @escaping (CallReply) -> Void) -> any Cancellable {
    let keepsHeaders = request.keepsHeaders
    var upstream = UpstreamRequest(
      backend: request.backend, method: request.method, target: request.target, headers: request.headers,
      body: request.body, deadline: deadline, isRepeatable: request.isRepeatable, balanceKey: request.balanceKey,
      keepsHeaders: keepsHeaders)
    upstream.commonHeaders = request.commonHeaders
    let call = UpstreamCall(client, upstream) { reply(CallReply($0, keepsHeaders: keepsHeaders)) }
    call.start()
    return call
  }
}

extension UpstreamCall: Cancellable {}

extension CallReply {
  fileprivate init(_ reply: UpstreamReply, keepsHeaders: Bool) {
    switch reply.result {
    case .success(let response):
      let headers = keepsHeaders || response.status >= 400 ? response.fields : []
      self.init(.response(status: response.status, headers: headers, body: response.body), wasSent: reply.wasSent)
    case .failure(let failure):
      self.init(.failure(Failure(failure)), wasSent: reply.wasSent)
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

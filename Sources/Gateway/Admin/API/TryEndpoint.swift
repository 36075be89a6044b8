import Front
import JSONText
import Messages
import Plans
import Timing
import Transfers

/// `POST /api/try`: asks the gateway's own first listener, as a client would, so that the page can try a route whatever the
/// listener says of other origins. *Immutable.*
struct TryEndpoint: Endpoint {
  /// Of what comes back the page shows so many bytes.
  private static let mostShown = 256 * 1024
  private static let mostResponse = 8 * 1024 * 1024
  private static let patience = Duration.seconds(30)

  let body = BodyMode.buffered(max: 1024 * 1024)
  let api: AdminAPI

  func serve(_ exchange: Exchange) {
    guard let address = api.generations.serving.server?.addresses.first else {
      return exchange.answer(Problem(503, detail: "The gateway ends.").answer())
    }
    let isTLS = api.generations.generation.plan.process.listeners.first?.tls != nil
    let request: TransferRequest
    do throws(Fault) {
      request = try Self.request(exchange.request.body ?? [], to: Self.origin(address, isTLS: isTLS))
    } catch {
      return exchange.answer(Problem(400, detail: error.detail).answer())
    }
    let loop = api.process.transfers.loops[exchange.loopIndex % api.process.transfers.loops.count]
    Task {
      let begun = Instant.now()
      let result = await loop.perform(request)
      exchange.answer(Self.answer(result, since: begun).answer)
    }
  }

  private struct Fault: Error {
    let detail: String
  }

  /// Its certificate is the listener's own, whose name is not that of the loopback.
  private static func origin(_ address: ListenerPlan.Address, isTLS: Bool) -> Origin {
    var settings = OriginSettings()
    settings.verifies = !isTLS
    let scheme = isTLS ? "https" : "http"
    switch address {
    case .tcp(let address):
      let host = ["0.0.0.0", "::"].contains(address.host) ? "127.0.0.1" : address.host
      let own = ListenAddress(host: host, port: address.port)
      return Origin(address: "\(scheme)://\(own)", settings: settings)
    case .unix(let path, _):
      settings.unixSocket = path
      return Origin(address: "\(scheme)://localhost", settings: settings)
    }
  }

  private static func request(_ body: [UInt8], to origin: Origin) throws(Fault) -> TransferRequest {
    guard let root = try? JSONText(body).root, root.kind == .object else {
      throw Fault(detail: "The body is no JSON object.")
    }
    let method = root[member: "method"]?.string ?? "GET"
    guard let target = root[member: "target"]?.string, target.hasPrefix("/"),
      target.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw Fault(detail: "`target` is a path with its query, percent-encoded.") }
    guard HeadSyntax.isToken(method) else { throw Fault(detail: "`method` is no method.") }
    var request = TransferRequest(origin: origin, method: method, target: target)
    if let headers = root[member: "headers"], headers.kind == .object {
      request.headers = headers.members.map { HeaderField($0.key.string ?? "", $0.value.string ?? "") }
    }
    guard
      request.headers.allSatisfy({ HeadSyntax.isToken($0.name) && $0.value.utf8.allSatisfy(HeadSyntax.isFieldValue) })
    else { throw Fault(detail: "`headers` has a field that none can be.") }
    if let text = root[member: "body"]?.string, !text.isEmpty { request.body = Array(text.utf8) }
    request.deadline = Instant.now().advanced(by: patience)
    request.maxResponseBytes = mostResponse
    request.keepsHeaders = true
    return request
  }

  private static func answer(_ result: Result<TransferResponse, TransferFailure>, since begun: Instant) -> APIAnswer {
    switch result {
    case .failure(let failure): return .problem(Problem(502, detail: "There was no answer: \(failure.word)."))
    case .success(let response):
      var answer = JSONObject()
      answer.append("status", .number(JSONNumber(response.status)))
      answer.append("ms", .number(JSONNumber(begun.milliseconds(to: .now()))))
      answer.append("headers", .array(response.headers.map { [.string($0.name), .string($0.value)] }))
      answer.append("body", .string(String(decoding: response.body.prefix(mostShown), as: UTF8.self)))
      answer.append("bytes", .number(JSONNumber(response.body.count)))
      return .json(answer)
    }
  }
}

extension TransferFailure {
  fileprivate var word: String {
    switch self {
    case .timeout: "timeout"
    case .connect: "connect"
    case .invalid: "invalid"
    case .tooLarge: "too large"
    case .cancelled: "cancelled"
    }
  }
}

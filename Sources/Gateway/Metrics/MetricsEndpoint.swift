import Front
import Messages
import Metrics
import NIOPosix
import Plans

/// `GET /metrics` of the admin address. *Immutable.*
struct MetricsEndpoint: Endpoint {
  let body = BodyMode.ignored
  let report: MetricsReport

  static let entry = Router.Entry(.only(["GET"]), PathPattern(segments: [.literal("metrics")]))

  /// The text is made on a thread that no request waits for: as many scrapes at a time as requests at this address.
  func serve(_ exchange: Exchange) {
    let format = ExpositionFormat(accepting: exchange.request.headers["accept"].flatMap { HeaderName.elements($0) })
    NIOThreadPool.singleton.submit { [report] state in
      guard case .active = state else { return exchange.answer(Problem(503, detail: "The gateway ends.").answer()) }
      exchange.answer(
        Answer(
          status: 200,
          headers: [HeaderField("Content-Type", format.contentType), HeaderField("Cache-Control", "no-store")],
          body: report.text(format)))
    }
  }
}

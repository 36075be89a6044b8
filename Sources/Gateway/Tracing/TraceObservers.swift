import Front
import Messages
import Plans
import Timing
import Tracing

/// Makes spans of the requests that are to be traced. *Immutable*; the exporter guards itself.
struct TraceObservers: RequestObservers {
  private let observer: TraceObserver

  /// - Parameter redact: what is told of no request.
  init(_ plan: TracingPlan, _ redact: Redaction, _ exporter: SpanExporter) {
    observer = TraceObserver(plan.keep, redact, exporter)
  }

  func observer(ofLoop index: Int) -> any RequestObserver { observer }
}

/// *Immutable*: it keeps nothing of a request, so that all loops may share it.
private final class TraceObserver: RequestObserver, Sendable {
  private let keep: TracingPlan.Keep
  private let redact: Redaction
  private let exporter: SpanExporter

  init(_ keep: TracingPlan.Keep, _ redact: Redaction, _ exporter: SpanExporter) {
    self.keep = keep
    self.redact = redact
    self.exporter = exporter
  }

  func ended(_ exchange: Exchange) {
    let context = exchange.request.client.trace
    guard let trace = context.parent else { return }
    let request = TracedRequest(exchange, trace, redact)
    guard trace.isSampled || keep.keeps(request) else { return }
    let spans = request.spans
    exporter.add(SpanText.write(spans, trace, state: request.state, by: .now()), spans: spans.count)
  }

  /// What is no request has no trace.
  func refused(status: Int) {}
}

extension TracingPlan.Keep {
  fileprivate func keeps(_ request: TracedRequest) -> Bool {
    if errors, request.hasFailure { return true }
    return slow.map { request.duration >= $0 } ?? false
  }
}

extension TracedRequest {
  fileprivate init(_ exchange: Exchange, _ trace: TraceParent, _ redact: Redaction) {
    let (request, record) = (exchange.request, exchange.record)
    let client = request.client
    self.init(trace, span: client.trace.span, received: record.received, ended: record.ended)
    state = client.tracestate
    parent = client.trace.parentSpan
    method = request.method
    path = request.path
    scheme = client.scheme
    host = client.host
    self.client = client.address
    version = client.version == .http2 ? "2" : client.version.name
    userAgent = redact.hides(header: "user-agent") ? nil : request.headers.first(name: "user-agent")
    requestID = client.requestID
    // `GET /users/:id`
    route = record.route.map { String($0.drop { $0 != " " }.dropFirst()) }
    status = record.status
    bytes = record.bytes
    outcome = record.outcome
    cache = record.cache
    refused = record.refused?.stage
    end = record.end?.rawValue
    isCutOff = record.end == .cutOff
    calls = record.calls
  }
}

import Plans

/// Traces.
struct TracingKeys: KeySet {
  static let title = "Tracing"
  static let noun = "`tracing`"
  static let introduction = """
    Spans of requests, sent to a collector by OTLP over HTTP. What is not written here may come from the environment, as \
    OpenTelemetry names it. See [Traces](tracing.md).
    """

  let endpoint = Key<DocumentURL>(
    "endpoint", .collector(), default: "`OTEL_EXPORTER_OTLP_ENDPOINT`",
    "The collector's address; spans go to `/v1/traces` below it.", example: "http://127.0.0.1:4318")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .entries("header name", ValueType<Secret<String>>.secret().shape), default: "none",
    "Go along with what is sent there, such as a token: `${env.NAME}` or `{ file: path }`. They are never shown.",
    example: "{ authorization: \"${env.COLLECTOR_TOKEN || 'Bearer none'}\" }")
  let tls = Key<BackendPlan.TLS>(
    "tls", .table(TLSKeys.self, BackendDecoder.tls), default: "the system's authorities", "TLS to `endpoint`.",
    example: "{ ca: certs/internal.pem }")
  let sample = Key<Double>(
    "sample", .percent(), default: "100%",
    "The share of the traces that begin here. One that a trusted proxy began goes on as it says.", example: "10%")
  let service = Key<String>(
    "service", .text("name"), default: TracingPlan.defaultService, "The name under which traces show the gateway.",
    example: "shop-gateway")
  let keep = Key<TracingPlan.Keep>(
    "keep", .table(KeepKeys.self, TracingDecoder.keep), default: "none",
    "Requests whose spans are sent though their trace is not sampled, as their end says.",
    example: "{ errors: true, slow: 1s }")

  static var relations: [KeyRelation] { [.needs("tls", ["endpoint"]), .needs("headers", ["endpoint"])] }
}

/// What is kept of the traces that are not sampled.
struct KeepKeys: KeySet {
  static let title = "Kept traces"
  static let noun = "`keep`"
  static let introduction = "Decided when a request has ended."

  let errors = Key<Bool>(
    "errors", .boolean(), default: "false", "Requests that were answered with 5xx, or with a call that failed.",
    example: "true")
  let slow = Key<Duration>(
    "slow", .duration(.milliseconds(1)...(.seconds(3600))), default: "none", "Requests that took so long, or longer.",
    example: "1s")
}

extension ValueType<DocumentURL> {
  /// The base of a collector's addresses.
  fileprivate static func collector() -> ValueType {
    setting(.scalar("URL", .setting(Pattern.documentURL)), expected: "a URL such as `http://127.0.0.1:4318`") {
      setting, loading in
      do throws(DocumentURL.Fault) {
        let url = try DocumentURL(setting.text)
        guard !url.target.contains("?") else { throw DocumentURL.Fault(message: "it has no query") }
        return url
      } catch {
        loading.report(setting.node, "\(setting.shown) is not the URL of a collector: \(error.message)")
        return nil
      }
    }
  }
}

import Foundation
import Messages
import Plans

/// Decodes `tracing`, and what the environment says of it.
enum TracingDecoder {
  /// What `gateway.yaml` says goes before the environment.
  static func decode(_ reader: MappingReader<TracingKeys>) -> TracingPlan? {
    let loading = reader.loading
    let (endpoint, tls, sample) = (reader[\.endpoint], reader[\.tls], reader[\.sample])
    let (service, keep) = (reader[\.service], reader[\.keep])
    let headers = headers(reader)
    check(reader, endpoint)
    var plan: TracingPlan
    if reader.pair(\.endpoint) != nil {
      guard let endpoint else { return nil }
      plan = TracingPlan(place(endpoint.origin, below: endpoint.target, tls))
      plan.headers = Secret(headers)
      TracingEnvironment(loading).fill(&plan)
    } else if let known = TracingEnvironment(loading).plan() {
      plan = known
    } else {
      loading.report(
        reader.node, "`tracing` needs `endpoint`, or the environment variable `OTEL_EXPORTER_OTLP_ENDPOINT`")
      return nil
    }
    if let sample { (plan.sample, plan.followsParent) = (sample, true) }
    plan.service = service ?? plan.service
    plan.keep = keep ?? plan.keep
    return plan
  }

  static func keep(_ reader: MappingReader<KeepKeys>) -> TracingPlan.Keep? {
    var keep = TracingPlan.Keep()
    keep.errors = reader[\.errors] ?? keep.errors
    keep.slow = reader[\.slow]
    return keep
  }

  /// The place for spans below the base of a collector's addresses.
  static func place(_ origin: String, below path: String, _ tls: BackendPlan.TLS? = nil) -> FetchPlace {
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    return FetchPlace(origin, base + "/v1/traces", tls ?? BackendPlan.TLS())
  }

  private static func headers(_ reader: MappingReader<TracingKeys>) -> [HeaderField] {
    let loading = reader.loading
    let values = ValueType<Secret<String>>.secret()
    return (reader[\.headers] ?? []).compactMap { pair in
      let value = values.read(pair.value, loading)
      if let fault = fault(of: pair.name) {
        loading.report(pair.key, "`\(pair.name)` can't be sent to a collector: \(fault)")
        return nil
      }
      guard let value else { return nil }
      guard HeaderTemplate.isAllowed(value.revealed) else {
        loading.report(
          pair.key, "the value of `\(pair.name)` has a control character in it, which no header can have")
        return nil
      }
      return HeaderField(pair.name, value.revealed)
    }
  }

  /// Why a header can't be named.
  static func fault(of name: String) -> String? {
    if let fault = HeaderNames.fault(name, in: .request) { return fault.reason }
    return ["content-type", "content-encoding", "host"].contains(name.lowercased()) ? "it is set by Weft" : nil
  }

  private static func check(_ reader: MappingReader<TracingKeys>, _ endpoint: DocumentURL?) {
    let loading = reader.loading
    for pair in [reader.pair(\.tls), reader.pair(\.headers)].compactMap(\.self) where reader.pair(\.endpoint) == nil {
      loading.report(
        pair.key, "`\(pair.name)` is for `endpoint`; what the environment names has its own", hint: "write `endpoint`")
    }
    if let tls = reader.pair(\.tls), endpoint?.origin.hasPrefix("http:") == true {
      loading.report(tls.key, "`tls` has no use: the URL is not `https://`")
    }
    if let endpoint, !endpoint.isSafe, let headers = reader.pair(\.headers) {
      loading.warn(
        headers.key, "`endpoint` is without TLS: whoever is on the way can read these headers", hint: "write `https://`"
      )
    }
  }
}

/// What the environment says of traces, by OpenTelemetry's names: its specification, "Environment Variable
/// Specification" and "OpenTelemetry Protocol Exporter". What is empty counts as not set.
struct TracingEnvironment {
  private let loading: Loading

  init(_ loading: Loading) {
    self.loading = loading
  }

  /// The plan of the environment alone; `nil` where it names no collector, or after reporting what is wrong.
  func plan() -> TracingPlan? {
    guard !isOff else { return nil }
    let place: FetchPlace
    do throws(DocumentURL.Fault) {
      if let text = self["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] {
        let url = try DocumentURL(text)
        place = FetchPlace(url.origin, url.target)
      } else if let text = self["OTEL_EXPORTER_OTLP_ENDPOINT"] {
        let url = try DocumentURL(text)
        guard !url.target.contains("?") else { throw DocumentURL.Fault(message: "it has no query") }
        place = TracingDecoder.place(url.origin, below: url.target)
      } else {
        return nil
      }
    } catch {
      report(
        self["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == nil
          ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "is not the URL of a collector: \(error.message)")
      return nil
    }
    var plan = TracingPlan(place)
    plan.headers = Secret(headers())
    fill(&plan)
    return plan
  }

  /// All but the collector: its headers are for the one that the environment names.
  func fill(_ plan: inout TracingPlan) {
    for (name, value) in pairs("OTEL_RESOURCE_ATTRIBUTES") {
      if name == "service.name" { plan.service = value } else { plan.resource.append(.init(name, value)) }
    }
    if let service = self["OTEL_SERVICE_NAME"] { plan.service = service }
    sampler(&plan)
  }

  private var isOff: Bool {
    self["OTEL_SDK_DISABLED"]?.lowercased() == "true" || self["OTEL_TRACES_EXPORTER"] == "none"
  }

  private func headers() -> [HeaderField] {
    let name =
      self["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] == nil
      ? "OTEL_EXPORTER_OTLP_HEADERS" : "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
    return pairs(name).compactMap { field, value in
      if let fault = TracingDecoder.fault(of: field) {
        report(name, "has a header that can't be sent: \(fault)")
        return nil
      }
      guard HeaderTemplate.isAllowed(value) else {
        report(name, "has a control character in a value, which no header can have")
        return nil
      }
      return HeaderField(field, value)
    }
  }

  private func sampler(_ plan: inout TracingPlan) {
    guard let sampler = self["OTEL_TRACES_SAMPLER"] else { return }
    let prefix = "parentbased_"
    plan.followsParent = sampler.hasPrefix(prefix)
    switch plan.followsParent ? String(sampler.dropFirst(prefix.count)) : sampler {
    case "always_on": plan.sample = 1
    case "always_off": plan.sample = 0
    case "traceidratio":
      guard let text = self["OTEL_TRACES_SAMPLER_ARG"] else { return plan.sample = 1 }
      guard let share = Double(text), (0...1).contains(share) else {
        return report("OTEL_TRACES_SAMPLER_ARG", "is not a share from 0 to 1")
      }
      plan.sample = share
    default:
      report(
        "OTEL_TRACES_SAMPLER",
        "is none of `always_on`, `always_off`, `traceidratio`, each also with `\(prefix)` before it")
    }
  }

  /// `name=value`, between commas; values may be percent-encoded (W3C Baggage).
  private func pairs(_ name: String) -> [(name: String, value: String)] {
    guard let text = self[name] else { return [] }
    return text.split(separator: ",").compactMap { part in
      let parts = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = parts[0].filter { !$0.isWhitespace }
      let value = parts.count == 2 ? String(parts[1]).trimmed.removingPercentEncoding : nil
      guard let value, !key.isEmpty else {
        report(name, "is not `name=value` between commas")
        return nil
      }
      return (String(key), value)
    }
  }

  private subscript(name: String) -> String? {
    loading.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Its value may be a secret, and is not shown.
  private func report(_ name: String, _ message: String) {
    loading.report(at: SourceLocation(file: "the environment", line: 0, column: 0), "`\(name)` \(message)")
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

import JSONText
import Messages
import Observing
import Plans
import Timing

/// How lines of requests are written, and where to. A value; *immutable*.
package struct AccessLogSettings: Sendable {
  let writer: LogWriter
  let format: LogFormat
  let slow: Duration?
  let sampling: RequestSampling
  let fields: LogFields
  let inputs: RequestInputs

  package init(_ plan: LogPlan, _ writer: LogWriter) {
    self.writer = writer
    format = LogFormat(plan.format)
    slow = plan.slow
    sampling = RequestSampling(share: plan.sample)
    fields = plan.fields
    inputs = RequestInputs(plan.fields.reads)
  }
}

extension LogFormat {
  package init(_ plan: LogPlan.Format) {
    switch plan {
    case .text: self = .text
    case .json: self = .json
    }
  }
}

/// The access log: one line a request, also for what is none. *Confined to* one front loop.
package struct AccessLog {
  /// The most bytes of a subject, of a host and of a field of the definition's own that a line has.
  private static let longestValue = 128
  /// What the expressions of one line may take in all: they run on a loop that others wait for.
  private static let maxSteps = 20_000

  private let settings: AccessLogSettings?
  private var line: LogLine

  init(_ settings: AccessLogSettings?) {
    self.settings = settings
    line = LogLine(settings?.format ?? .text)
  }

  /// In text the path comes last, since a line that is too long loses its end. It has no query, which may hold secrets.
  mutating func write(_ record: RequestRecord, _ request: IncomingRequest) {
    guard let settings else { return }
    let isSlow = settings.slow.map { record.received.duration(to: record.ended) >= $0 } ?? false
    guard isSlow || settings.sampling.takes(request.client.requestID) else { return }
    line.begin(level: "info", "request")
    if let route = record.route { line.field("route", route) }
    line.field("method", request.method)
    if line.format == .json { line.field("path", request.path) }
    if let status = record.status { line.field("status", status) }
    if let outcome = record.outcome { line.field("outcome", outcome) }
    if record.isReplayed { line.field("replayed") }
    if let refused = record.refused { write(refused) }
    if let end = record.end { line.field("end", end.rawValue) }
    if let cache = record.cache { line.field("cache", cache.rawValue) }
    line.field("bytes", record.bytes)
    line.field("ms", record.received.milliseconds(to: record.ended))
    write(request.client, record.identity)
    if !settings.fields.all.isEmpty { write(settings, request) }
    write(record.calls)
    if isSlow, !record.calls.isEmpty { line.field("waterfall", Waterfall.text(record.calls, since: record.received)) }
    if line.format == .text { line.field("path", request.path) }
    settings.writer.append(line.ended())
  }

  private mutating func write(_ refusal: RequestRecord.Refusal) {
    line.field("refused", refusal.stage)
    if let why = refusal.why { line.field("why", why) }
  }

  private mutating func write(_ client: ClientInfo, _ identity: ClientIdentity?) {
    line.field("client", client.address)
    if let subject = identity?.subject { line.field("identity", Self.beginning(of: subject)) }
    line.field("request", client.requestID)
    line.field("trace", RandomIDs.hex(client.trace.traceHigh, client.trace.traceLow))
    line.field("protocol", client.protocolName)
    line.field("host", Self.beginning(of: client.host))
  }

  /// What has no value has no field, and neither has an expression that fails.
  private mutating func write(_ settings: AccessLogSettings, _ request: IncomingRequest) {
    // No body is read here, and nothing else of a request can be wrong.
    guard var scope = try? settings.inputs.scope(request, env: settings.fields.env) else { return }
    scope.limit(steps: Self.maxSteps)
    for field in settings.fields.all {
      guard let text = try? field.value.text(scope) else { continue }
      line.field(field.name, Self.beginning(of: text))
    }
  }

  private mutating func write(_ calls: [CallTrace]) {
    switch line.format {
    case .text:
      let words = calls.lazy.filter { $0.outcome != "skipped" }.map(\.logText)
      if !words.isEmpty { line.field("calls", words.joined(separator: ",")) }
    case .json: if !calls.isEmpty { line.field("calls", list: calls.map(\.logJSON)) }
    }
  }

  private static func beginning(of text: String) -> String {
    text.utf8.count <= longestValue ? text : String(decoding: text.utf8.prefix(longestValue), as: UTF8.self)
  }

  /// Without method, path and `X-Forwarded-For`, where no head could be taken: what they are isn't known then.
  package mutating func write(_ fault: RequestFault, bytes: Int, peer: Peer, requestID: String) {
    guard let settings, settings.sampling.takes(requestID) else { return }
    line.begin(level: "info", "request")
    line.field("status", fault.status)
    write(RequestRecord.Refusal(stage: "request", why: fault.detail))
    line.field("bytes", bytes)
    line.field("client", peer.address)
    line.field("request", requestID)
    settings.writer.append(line.ended())
  }
}

extension ClientInfo {
  /// As in a status line.
  fileprivate var protocolName: String {
    switch version {
    case .http10: "HTTP/1.0"
    case .http11: "HTTP/1.1"
    case .http2: "HTTP/2"
    }
  }
}

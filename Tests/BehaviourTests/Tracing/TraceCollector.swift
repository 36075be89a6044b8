import Foundation

/// A collector that takes spans by OTLP over HTTP, and gives them back. Guarded by its backend.
final class TraceCollector: Sendable {
  let backend: ScriptedBackend

  /// - Parameter script: what it answers; by default that it has them.
  init(_ script: @escaping ScriptedBackend.Script = { _ in .json("{}") }) throws {
    backend = try ScriptedBackend(script)
  }

  /// For `gateway.yaml`.
  func settings(_ more: String = "") -> String {
    "trustedProxies: [127.0.0.0/8]\ntracing: { endpoint: \"\(backend.url)\"\(more.isEmpty ? "" : ", " + more) }\n"
  }

  /// Those of all requests that came, in their order.
  func spans() throws -> [TracedSpan] {
    try backend.requests.flatMap { request in
      try JSONTree(parsing: request.body)["resourceSpans"]?.elements.flatMap { resource in
        resource["scopeSpans"]?.elements.flatMap { $0["spans"]?.elements ?? [] } ?? []
      } ?? []
    }.map(TracedSpan.init)
  }
}

/// A span as a collector got it. A value.
struct TracedSpan {
  let tree: JSONTree

  init(_ tree: JSONTree) {
    self.tree = tree
  }

  var name: String { tree["name"]?.string ?? "" }
  var id: String { tree["spanId"]?.string ?? "" }
  var trace: String { tree["traceId"]?.string ?? "" }
  var parent: String? { tree["parentSpanId"]?.string }
  var kind: Double? { tree["kind"]?.number }
  var isFailed: Bool { tree["status"]?["code"]?.number == 2 }
  var events: [String] { tree["events"]?.elements.compactMap { $0["name"]?.string } ?? [] }

  /// Numbers as their digits.
  subscript(name: String) -> String? {
    let value = tree["attributes"]?.elements.first { $0["key"]?.string == name }?["value"]
    return value?["stringValue"]?.string ?? value?["intValue"]?.string
  }

  /// The `traceparent` by which a backend's own span would stand below this one.
  func parentLine(flags: String = "01") -> String { "00-\(trace)-\(id)-\(flags)" }
}

extension [TracedSpan] {
  func children(of span: TracedSpan) -> [TracedSpan] { filter { $0.parent == span.id } }

  func only(_ name: String) -> TracedSpan? {
    let found = filter { $0.name == name }
    return found.count == 1 ? found[0] : nil
  }
}

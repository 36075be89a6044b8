import Messages
import Plans

// What only writes have: what undoes them, and their keys.
extension CallDecoder {
  func compensation(
    _ reader: MappingReader<CallKeys>, _ graph: inout CallGraph.Call, _ position: RouteScope.Position
  ) -> CompensationPlan? {
    let causes = reader[\.compensateOn]
    guard let node = reader[\.compensate] else { return nil }
    let decoder = CompensationDecoder(scope: scope, backends: backends, rest: rest, position: position)
    var (plan, reads) = decoder.decode(node)
    reads.subtract(scope.calls.firstIndex(of: graph.name).map { [$0] } ?? [])
    graph.undoing = reads
    graph.compensation = reader.pair(\.compensate)?.key
    if let causes { plan?.causes = CompensationPlan.Causes(causes.map(\.causes)) }
    return plan
  }

  func idempotencyKey(
    _ reader: MappingReader<CallKeys>, _ templates: inout TemplateReader, _ position: RouteScope.Position
  ) -> IdempotencyKey {
    guard let node = reader[\.idempotencyKey] else { return .derived }
    if node.text == "none" { return .none }
    let expected = "`none`, or a template such as `${body.orderId}`"
    guard let template = templates.text(node, expected: expected, position) else { return .derived }
    if template.references.allSatisfy({ $0.path.first == ScopeName.env.rawValue }) {
      scope.loading.report(
        node, "every request would send the same key, so that a backend would take all for one; expected \(expected)",
        hint: node.text == "generate" ? "`idempotencyKey: generate` belongs to the backend" : nil)
    } else if reader.pair(\.each) != nil, !template.references.contains(where: { Self.isOfTheItem($0.path) }) {
      let name = reader.pair(\.batch) == nil ? ScopeName.item : .items
      scope.loading.report(
        node, "every item would send the same key, so that a backend would take all for one",
        hint: "read `\(name.rawValue)` in it, or leave it out: each item has a key of its own then")
    }
    return .template(template)
  }

  private static func isOfTheItem(_ path: [String]) -> Bool {
    path.first.map { [ScopeName.item.rawValue, ScopeName.items.rawValue].contains($0) } ?? true
  }

  /// Keys that need a write, or exclude one another.
  func checkWrite(_ reader: MappingReader<CallKeys>, _ request: RequestTemplate?, _ isDeclaredSafe: Bool) {
    let loading = scope.loading
    if let pair = reader.pair(\.compensateOn), reader.pair(\.compensate) == nil {
      loading.report(pair.key, "`compensateOn` needs `compensate`, the request that undoes this write")
    }
    if let pair = reader.pair(\.idempotencyKey),
      let header = reader.pair(\.headers)?.value.pairs?.first(where: { $0.name.lowercased() == "idempotency-key" })
    {
      loading.report(
        pair.key, "`idempotencyKey` and the header `\(header.name)` both say what key is sent",
        hint: "remove the header")
    }
    guard let method = request?.method else { return }
    let isSafe = SafeMethod.contains(method)
    if isSafe, let pair = reader.pair(\.safe) {
      loading.report(
        pair.key, "`safe` says of a POST that it only reads, and \(method) does so anyway", hint: "remove it")
    }
    guard isSafe || isDeclaredSafe else { return }
    let pairs = [reader.pair(\.compensate), reader.pair(\.compensateOn), reader.pair(\.idempotencyKey)]
    for pair in pairs.compactMap(\.self) {
      let reason = isSafe ? "\(method) only reads" : "this call is `safe`"
      loading.report(pair.key, "`\(pair.name)` is for writes, and \(reason)", hint: "remove it")
    }
  }
}

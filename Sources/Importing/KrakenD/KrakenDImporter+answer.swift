extension KrakenDImporter {
  /// `response`, and what belongs to it.
  func answer(
    _ endpoint: DocumentCursor, _ calls: inout [KrakenDCall], encoding: String, _ proxy: DocumentCursor?
  ) -> YAMLMapping {
    var answer = YAMLMapping()
    if encoding == "json-collection", calls.count == 1, calls[0].isRequired, calls[0].shape.isCollection,
      calls[0].group == nil, proxy?["flatmap_filter"] == nil
    {
      calls[0].shape = KrakenDShape()
      answer["response"] = .text(ExpressionText.template(calls[0].name))
      return answer
    }
    if calls.count == 1, let http = calls[0].source.component(KrakenDNames.http),
      http["return_error_code"]?.bool == true
    {
      answer["passStatus"] = .list([.bare("400-599")])
    }
    let addition = addition(proxy)
    if calls.count > 1, addition == nil, !calls.contains(where: \.isRequired) {
      // Without any of its backends an endpoint has failed.
      let names = calls.map(\.name).joined(separator: ", ")
      answer["status"] = .text("${not_null(\(names)) == `null` ? `500` : `200`}")
    }
    answer["response"] = response(endpoint, calls, encoding, proxy, addition)
    return answer
  }

  private func response(
    _ endpoint: DocumentCursor, _ calls: [KrakenDCall], _ encoding: String, _ proxy: DocumentCursor?,
    _ addition: String?
  ) -> YAMLTree {
    var operations = KrakenDShape()
    let flatmap = proxy?["flatmap_filter"]?.elements ?? []
    for left in operations.flatmap(flatmap) { left.remark("this operation of flatmap is not translated") }
    if let query = endpoint.component(KrakenDNames.jmespath)?["expr"]?.string { operations.apply(query) }
    switch encoding {
    case "json", "fast-json", "negotiate", "safejson": break
    case "json-collection": operations.apply("collection || `[]`")
    case "string": operations.apply("content")
    default: break
    }
    if !["json", "fast-json", "safejson", "json-collection"].contains(encoding) {
      let place = endpoint["output_encoding"] ?? endpoint
      place.remark("answers are JSON; `\(encoding)` is not written")
    }
    let groups = calls.map(\.group)
    let isTemplate =
      addition == nil && operations.expression == nil && !groups.contains(nil) && Set(groups).count == groups.count
    if isTemplate {
      var template = YAMLMapping()
      for call in calls { template[call.group ?? ""] = .text(ExpressionText.template(call.name)) }
      return .mapping(template)
    }
    var parts = calls.map { call in
      call.group.map { "{\(ExpressionText.name($0)): \(call.name)}" }
        ?? (call.isRequired ? call.name : "\(call.name) || `{}`")
    }
    if let addition { parts.append(addition) }
    let whole = parts.count == 1 ? parts[0] : "merge(\(parts.joined(separator: ", ")))"
    let steps = [whole] + (operations.expression.map { [$0] } ?? [])
    return .text(ExpressionText.template(steps.joined(separator: " | ")))
  }

  /// The data of a static proxy, where its strategy has it.
  private func addition(_ proxy: DocumentCursor?) -> String? {
    guard let source = proxy?["static"], let data = source["data"]?.whole else { return nil }
    let literal = ExpressionText.literal(data)
    switch source["strategy"]?.string ?? "always" {
    case "success", "complete": return "partial ? `{}` : \(literal)"
    case "errored", "incomplete": return "partial ? \(literal) : `{}`"
    default: return literal
    }
  }
}

/// One backend of an endpoint, as the call that it becomes.
struct KrakenDCall {
  let source: DocumentCursor
  let name: String
  let backend: String
  let method: String
  var target: String
  /// Where its value is put in the answer; `nil`: its members are the answer's.
  let group: String?
  var shape: KrakenDShape
  let isText: Bool
  /// Headers that come from claims and from the configuration.
  let headers: [(name: String, value: YAMLTree)]
  /// Those of the client that go along.
  let inputHeaders: [String]
  let reads: Set<Int>
  let sendsBody: Bool
  let cache: YAMLTree?
  /// The call before it, which it has to wait for though it does not read it.
  var after: String?
  /// The call before it, without whose success it is not made.
  var onlyAfter: String?
  var isRequired = false

  var isWrite: Bool { !["GET", "HEAD", "OPTIONS"].contains(method) }

  /// - Parameter shared: the headers that the backend forwards for all its calls.
  func mapping(forwarding shared: [String]?) -> YAMLTree {
    var call = YAMLMapping()
    call["request"] = .text("\(method) \(backend) \(target)")
    if isRequired { call["required"] = .bare("true") }
    if let after { call["after"] = .texts([after]) }
    if let onlyAfter { call["when"] = .text(ExpressionText.template("calls.\(onlyAfter).outcome == 'ok'")) }
    var all = YAMLMapping()
    if shared == nil {
      for header in inputHeaders {
        all[header] = .text(ExpressionText.template(ExpressionText.path(["headers", header])))
      }
    }
    for (name, value) in headers { all[name] = value }
    if !all.isEmpty { call["headers"] = .mapping(all) }
    if sendsBody { call["body"] = .text("${body}") }
    if isText { call["as"] = .bare("text") }
    if let select = shape.expression { call["select"] = .text(ExpressionText.template(select)) }
    if let cache { call["cache"] = cache }
    return call.entries.count == 1 ? call.entries[0].value : .mapping(call)
  }
}

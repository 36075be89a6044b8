import Plans

/// Decodes `log` of gateway.yaml.
enum LogDecoder {
  /// What lines of requests have anyway.
  private static let taken = [
    "time", "level", "msg", "route", "method", "path", "status", "bytes", "ms", "client", "identity", "request",
    "trace", "protocol", "host", "cache", "outcome", "replayed", "refused", "why", "end", "calls", "waterfall", "cut",
  ]

  static func decode(_ reader: MappingReader<LogKeys>) -> LogSettings {
    var log = LogSettings()
    log.level = reader[\.level] ?? log.level
    log.access = reader[\.access] ?? log.access
    log.lines.format = reader[\.format] ?? log.lines.format
    log.lines.sample = reader[\.sample] ?? log.lines.sample
    log.lines.slow = reader[\.slow]
    log.lines.file = reader[\.file].map { reader.loading.path($0) }
    log.lines.redact = reader[\.redact] ?? log.lines.redact
    log.lines.fields = fields(reader, log.lines.redact)
    if !log.access { warnOfLoss(reader) }
    return log
  }

  private static func fields(_ reader: MappingReader<LogKeys>, _ redact: Redaction) -> LogFields {
    guard let pairs = reader[\.fields] else { return LogFields() }
    let loading = reader.loading
    if pairs.count > LogFields.most, let place = reader.pair(\.fields)?.key {
      loading.report(place, "more than \(LogFields.most) fields")
    }
    // A line is of any route: each has other captures and other providers.
    let scope = RouteScope(
      captures: nil, calls: [], providers: nil, route: (name: "log", node: reader.node), loading: loading)
    var templates = TemplateReader(scope)
    let all = pairs.compactMap { pair -> LogFields.Field? in
      check(name: pair, loading)
      guard let value = templates.text(pair.value, expected: "a field's value", .log) else { return nil }
      check(value, in: pair.value, redact, loading)
      return LogFields.Field(pair.name, value)
    }
    return LogFields(all, reads: scope.reads, env: scope.environment)
  }

  private static func check(name pair: YAMLNode.Pair, _ loading: Loading) {
    if !Names.isName(pair.name) {
      loading.report(pair.key, "`\(pair.name)` can't be the name of a field; \(Names.rule)")
    } else if taken.contains(pair.name) {
      loading.report(pair.key, "lines of requests have a `\(pair.name)` already", hint: "give it another name")
    }
  }

  /// Reports what is not to be told anywhere, or may hold it.
  private static func check(_ value: TextTemplate, in node: YAMLNode, _ redact: Redaction, _ loading: Loading) {
    for reference in value.references {
      let (input, member) = (ScopeName(rawValue: reference.path.first ?? ""), reference.path.dropFirst().first)
      switch (input, member) {
      case (.headers, let name?) where redact.hides(header: name),
        (.query, let name?) where redact.hides(parameter: name),
        (.queryList, let name?) where redact.hides(parameter: name):
        loading.report(node, at: reference.offset, "`\(name)` is not to be told, and a line of the log would tell it")
      case (.headers, nil), (.query, nil), (.queryList, nil), (.cookies, nil):
        loading.report(
          node, at: reference.offset,
          "`\(reference.path.first ?? "")` can't be logged as a whole, as it may hold secrets",
          hint: "name what is meant")
      default: break
      }
    }
  }

  /// What only lines of requests have, where there are none.
  private static func warnOfLoss(_ reader: MappingReader<LogKeys>) {
    let pairs = [reader.pair(\.sample), reader.pair(\.slow), reader.pair(\.file), reader.pair(\.fields)]
    for case let pair? in pairs {
      reader.loading.warn(
        pair.key, "`\(pair.name)` is for lines of requests, and there are none", hint: "add `access: true`")
    }
  }
}

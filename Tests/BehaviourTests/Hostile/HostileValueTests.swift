import Testing

extension Behaviour {
  /// Every value from every place where a client or a backend can put one, at every place where a definition can put
  /// it: none reaches another path, parameter, header or host than its own.
  @Suite struct HostileValueTests {
    @Test(arguments: HostileSource.allCases)
    func noValueLeavesItsPlace(_ source: HostileSource) throws {
      let values = Self.values
      let backend = try ScriptedBackend(json: "{}")
      let other = try ScriptedBackend { request in
        let number = request["x-case"].flatMap { Int($0) } ?? 0
        return .json("{\"v\":\(Oracle.json(String(decoding: values[number], as: UTF8.self)))}")
      }
      defer {
        backend.stop()
        other.stop()
      }
      let gateway = try GatewayProcess(
        Self.definition(source), backends: [backend.url, other.url], gateway: "timeouts: { head: 60s }\n")
      let answers = try values.enumerated().map { try Self.ask("POST", source, $1, "\($0)", gateway.port) }
      let sent = Dictionary(grouping: backend.requests) { $0["x-case"] ?? "none" }
      for (number, value) in values.enumerated() {
        check(source, value, answers[number], sent["\(number)"] ?? [], baseline: sent["1"] ?? [])
      }
      #expect(backend.requests.count > 300, "the values do reach the backend")
      if source == .backend { #expect(other.requests.count == answers.count { $0 != nil }) }
      try gateway.stopInOrder()
    }

    @Test(arguments: HostileSource.allCases.filter { $0 != .backend && $0 != .body })
    func noValueLeavesItsPlaceInAProxiedRequest(_ source: HostileSource) throws {
      let values = Self.values
      let backend = try ScriptedBackend(json: "{}")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition(source), backends: [backend.url, backend.url], gateway: "timeouts: { head: 60s }\n")
      let answers = try values.enumerated().map { try Self.ask("PUT", source, $1, "\($0)", gateway.port) }
      let sent = Dictionary(grouping: backend.requests) { $0["x-case"] ?? "none" }
      for (number, value) in values.enumerated() {
        let wanted = Self.proxied(source, value)
        let comment = Comment(rawValue: "\(source) \(String(decoding: value, as: UTF8.self).debugDescription)")
        #expect((sent["\(number)"] ?? []).map { BackendMessage($0) } == wanted.map { [$0] } ?? [], comment)
        let status = source.meaning(value) == .impossible ? nil : wanted == nil ? 400 : 200
        #expect(answers[number]?.status == status, comment)
        checkNames(sent["\(number)"] ?? [], sent["1"] ?? [], comment)
      }
      try gateway.stopInOrder()
    }

    // MARK: What is asked

    /// "a" is at 1: what every other value is compared with.
    private static let values =
      HostileValue.plain.map { Array($0.utf8) } + HostileValue.long.map { Array($0.utf8) } + HostileValue.invalid
      + HostileValue.pairs(40).map { Array($0.utf8) }

    private static func definition(_ source: HostileSource) -> String {
      let value = "${\(source.expression)}".replacing("\"", with: "\\\"")
      let item = "[\(source.expression), 'other']".replacing("\"", with: "\\\"")
      let proxy = """
          PUT \(source.pattern):
            proxy: "b1 /proxy/\(value)/end?a=1&v=\(value)&w=<\(value)>"
            headers: { X-V: "\(value)", X-After: fixed }

        """
      return """
        backends:
          b1: { url: "${env.B1}", forward: [x-case], connectTimeout: 30s }
          b2: { url: "${env.B2}", forward: [x-case], connectTimeout: 30s }
        routes:
          POST \(source.pattern):
            timeout: 60s
            calls:
        \(source == .backend ? "      source: GET b2 /source\n" : "")\
              segment: { request: "GET b1 /segment/\(value)/end?fixed=1" }
              inner: { request: "GET b1 /inner/pre-\(value)-post/end" }
              parameter: { request: "GET b1 /query/end?a=1&v=\(value)&z=9" }
              text: { request: "GET b1 /text/end?a=1&v=pre-\(value)-post&z=9" }
              header: { request: "GET b1 /header/end", headers: { X-V: "\(value)", X-After: fixed } }
              words: { request: "GET b1 /words/end", headers: { X-V: "pre-\(value)-post", X-After: fixed } }
              data: { request: "POST b1 /data/end", body: { v: "\(value)", text: "pre-\(value)-post", z: fixed } }
              list: { each: "${\(item)}", request: "GET b1 /list/${item}/end?i=${item}", headers: { X-V: "${item}" } }
            responseHeaders: { X-V: "\(value)", X-After: fixed }
            response: { v: "\(value)", z: fixed }
        \(source == .backend || source == .body ? "" : proxy)
        """
    }

    private static func ask(
      _ method: String, _ source: HostileSource, _ value: [UInt8], _ id: String, _ port: UInt16
    ) throws -> RawResponse? {
      if source.meaning(value) == .impossible { return nil }
      let client = try RawClient(port: port)
      try client.sendRaw(source.request(method, value, id: id))
      return try client.receive(method: method)
    }

    // MARK: What is expected

    /// What the route's calls are to send for a value that they see.
    private static func wanted(_ source: HostileSource, _ value: String) -> [BackendMessage] {
      var wanted = [
        BackendMessage(["query", "end"], query: ["a=1", "v=\(value)", "z=9"]),
        BackendMessage(["text", "end"], query: ["a=1", "v=pre-\(value)-post", "z=9"]),
        BackendMessage(["list", "other", "end"], query: ["i=other"], header: "other"),
      ]
      if let segments = segments(source, value) {
        wanted.append(BackendMessage(["segment"] + segments + ["end"], query: ["fixed=1"]))
      }
      if let segments = segments(source, before: "pre-", value, after: "-post") {
        wanted.append(BackendMessage(["inner"] + segments + ["end"]))
      }
      if Oracle.isHeaderValue(value) {
        let header = Oracle.trimmed(Array(value.utf8))
        wanted.append(BackendMessage(["header", "end"], header: header))
        wanted.append(BackendMessage(["words", "end"], header: "pre-\(value)-post"))
        if isSegment(value), value != "other" {
          wanted.append(BackendMessage(["list", value, "end"], query: ["i=\(value)"], header: header))
        }
      }
      var data = BackendMessage(["data", "end"])
      data.method = "POST"
      let typed = source == .whole ? (try? JSONTree(parsing: value)) ?? .null : .string(value)
      let members: [(String, JSONTree)] = [
        ("v", typed), ("text", .string("pre-\(value)-post")), ("z", .string("fixed")),
      ]
      data.body = .object(members.map { JSONTree.Member(name: $0, value: $1) })
      return wanted + [data]
    }

    private static func proxied(_ source: HostileSource, _ bytes: [UInt8]) -> BackendMessage? {
      guard case .seen(let value) = source.meaning(bytes), let segments = segments(source, value),
        Oracle.isHeaderValue(value)
      else { return nil }
      var message = BackendMessage(["proxy"] + segments + ["end"], query: ["a=1", "v=\(value)", "w=<\(value)>"])
      message.method = "PUT"
      message.header = Oracle.trimmed(Array(value.utf8))
      return message
    }

    /// What a value makes of its place in a path: one segment, decoded, that is not empty. Of a rest, as many as it
    /// has.
    private static func segments(
      _ source: HostileSource, before: String = "", _ value: String, after: String = ""
    ) -> [String]? {
      let text = before + value + after
      guard source == .rest else { return !value.isEmpty && isSegment(text) ? [text] : nil }
      if text.isEmpty { return [] }
      return text.split(separator: "/", omittingEmptySubsequences: false).map {
        String(decoding: Oracle.decoded($0) ?? [], as: UTF8.self)
      }
    }

    private static func isSegment(_ value: String) -> Bool {
      !value.isEmpty && !Oracle.hasDotSegment(Array(value.utf8))
    }

    private func check(
      _ source: HostileSource, _ value: [UInt8], _ answer: RawResponse?, _ sent: [RecordedRequest],
      baseline: [RecordedRequest]
    ) {
      let comment = Comment(rawValue: "\(source) \(String(decoding: value, as: UTF8.self).debugDescription)")
      switch source.meaning(value) {
      case .impossible: return
      case .refused:
        #expect(answer?.status == 400, comment)
        #expect(sent.isEmpty, comment)
      case .seen(let seen):
        let found = sent.map { BackendMessage($0)?.description ?? $0.head.startLine }.sorted()
        #expect(found == Self.wanted(source, seen).map(\.description).sorted(), comment)
        checkNames(sent, baseline, comment)
        #expect(answer?.status == 200, comment)
        let fields = Oracle.fields(answer?.head.bytes ?? [])
        #expect(fields.filter { $0.name == "x-after" }.map(\.value) == ["fixed"], comment)
        let header = Oracle.isHeaderValue(seen) ? [Oracle.trimmed(Array(seen.utf8))] : []
        let headers = fields.filter { $0.name == "x-v" }.map { Oracle.json($0.value) }
        #expect(headers == header.map(Oracle.json), comment)
        let body = answer.flatMap { try? JSONTree(parsing: $0.body) }
        #expect(body?["z"] == .string("fixed"), comment)
        #expect(Set(body?.names ?? []).subtracting(["_meta"]) == ["v", "z"], comment)
        if source != .whole { #expect(body?["v"]?.string.map(Oracle.json) == Oracle.json(seen), comment) }
      }
    }

    /// A request has the header lines of its like with a harmless value: none more, none less, none twice.
    private func checkNames(_ sent: [RecordedRequest], _ baseline: [RecordedRequest], _ comment: Comment) {
      let usual = Dictionary(baseline.map { (Self.kind($0), Self.names($0)) }) { first, _ in first }
      for request in sent { #expect(Self.names(request) == usual[Self.kind(request)], comment) }
    }

    private static func kind(_ request: RecordedRequest) -> String {
      String(request.target.split(separator: "/").first ?? "")
    }

    private static func names(_ request: RecordedRequest) -> [String] {
      // An empty Host has none to go with it.
      Oracle.fields(request.head.bytes).map(\.name).filter { $0 != "x-forwarded-host" }.sorted()
    }
  }
}

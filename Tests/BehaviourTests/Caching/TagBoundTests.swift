import Testing

extension Behaviour {
  /// Names to purge by that come from a backend's list: it decides how long that is.
  @Suite struct CacheTagBoundTests {
    private static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /page/:count:
          cache: { ttl: 1h, tags: ["${v}"] }
          calls: { v: "GET b1 /list/${path.count}" }
          response: { ok: true }
      """

    /// Ten times as many as are allowed, and so many that a look at each pair of them would end in no time that a test
    /// has.
    @Test(arguments: [(256, true), (257, false), (2560, false), (300_000, false)])
    func anAnswerHasSoManyTagsAndNoMore(count: Int, isKept: Bool) throws {
      let backend = try ScriptedBackend { request in
        let count = Int(request.target.split(separator: "/").last ?? "") ?? 0
        return .json("[" + (0..<count).map { "\($0)" }.joined(separator: ",") + "]")
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let answer = try gateway.exchange("GET /page/\(count)")
      #expect(answer.status == 200)
      #expect(answer["Cache-Status"] == (isKept ? "weft; fwd=miss; stored" : "weft; fwd=miss"))
      try gateway.stopInOrder()
    }
  }
}

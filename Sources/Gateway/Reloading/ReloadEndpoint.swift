import Front
import JSONText
import Messages
import Plans

/// `POST /reload` of the admin address. *Immutable.*
struct ReloadEndpoint: Endpoint {
  let body = BodyMode.ignored
  let generations: Generations

  static let entry = Router.Entry(.only(["POST"]), PathPattern(segments: [.literal("reload")]))

  func serve(_ exchange: Exchange) {
    let isJSON = exchange.request.headers["accept"].contains { Self.namesJSON($0) }
    Task { exchange.answer(Self.answer(await generations.reload(), isJSON: isJSON)) }
  }

  /// Text is for people, and so for whoever says nothing.
  private static func namesJSON(_ accept: String) -> Bool {
    HeaderName.elements(accept).contains { element in
      let type = element.utf8.prefix { $0 != UInt8(ascii: ";") }
      return HeaderName.equals(String(HeaderName.trimmed(Substring(type))), "application/json")
    }
  }

  private static func answer(_ outcome: ReloadOutcome, isJSON: Bool) -> Answer {
    switch outcome {
    case .done(let report) where isJSON:
      var writer = JSONWriter()
      writer.write(report.json)
      return answer(200, "application/json", writer.bytes)
    case .done(let report): return answer(200, "text/plain; charset=utf-8", Array(report.text.utf8))
    case .refused(let found) where isJSON: return answer(422, "application/json", Array(found.json.utf8))
    case .refused(let found): return answer(422, "text/plain; charset=utf-8", Array(found.text.utf8))
    case .stopping: return Problem(503, detail: "The gateway ends.").answer()
    }
  }

  private static func answer(_ status: Int, _ type: String, _ body: [UInt8]) -> Answer {
    Answer(
      status: status, headers: [HeaderField("Content-Type", type), HeaderField("Cache-Control", "no-store")],
      body: body)
  }
}

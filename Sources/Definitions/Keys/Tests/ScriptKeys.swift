import Messages
import Plans
import Scripts

/// What a backend does with a request.
struct ScriptKeys: KeySet {
  static let title = "Script"
  static let noun = "a script"
  static let introduction = """
    One of `json`, `text` and `file`, or none of them for an answer without a body; one of `timeout`, `reset` and \
    `garbage` for no answer; or a `sequence`.
    """

  let status = Key<Int>("status", .integer(200...599), default: "200", "Of the answer.", example: "503")
  let headers = Key<[(name: String, value: String)]>(
    "headers", .lines(), default: "none", "Of the answer.", example: "{ cache-control: max-age=60 }")
  let json = Key<YAMLNode>("json", .json(), default: "none", "A body of JSON.", example: "{ id: 42, name: Mira }")
  let text = Key<String>("text", .line("a text"), default: "none", "A body as it is written.", example: "\"not JSON\"")
  let file = Key<NamedBody>(
    "file", .namedBody(), default: "none",
    "A body out of a file, relative to the file of the test; one that ends in `.json` is sent as JSON.",
    example: "answers/dashboard.json")
  let after = Key<Duration>(
    "after", .duration(.milliseconds(1)...(.seconds(3600))), default: "at once", "How long it takes.", example: "200ms")
  let timeout = Key<Bool>(
    "timeout", .isTrue(), default: "none", "Nothing ever comes.", example: "true")
  let reset = Key<Bool>(
    "reset", .isTrue(), default: "none",
    "The connection ends without an answer, when the request has come.", example: "true")
  let garbage = Key<Bool>(
    "garbage", .isTrue(), default: "none", "What comes is not HTTP.", example: "true")
  let times = Key<Int>(
    "times", .integer(1...1_000_000), default: "every request; in a `sequence` 1, but for its last",
    "How many requests it is for. Then the scripts behind it are asked.", example: "2")
  let sequence = Key<[ScriptedReply]>(
    "sequence", .sequence(), default: "none", "Scripts one after the other, the last of which goes on.",
    example: "[{ status: 503 }, { json: { items: [] } }]")

  static var relations: [KeyRelation] {
    [
      .excludes(
        "sequence", ["status", "headers", "json", "text", "file", "after", "timeout", "reset", "garbage", "times"]),
      .excludes("json", ["text", "file"]), .excludes("text", ["file"]),
      .excludes("timeout", ["status", "headers", "json", "text", "file", "after", "reset", "garbage"]),
      .excludes("reset", ["status", "headers", "json", "text", "file", "garbage"]),
      .excludes("garbage", ["status", "headers", "json", "text", "file"]),
    ]
  }
}

/// A body out of a file. A value.
struct NamedBody {
  var isJSON: Bool
  var bytes: [UInt8]
}

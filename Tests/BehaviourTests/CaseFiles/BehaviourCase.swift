/// One case: what is defined, what backends answer, what a client asks, and what must come of it.
struct BehaviourCase: Decodable, Sendable {
  var name: String
  /// Members of `routes:` that this case adds to its file's definition.
  var routes: String?
  /// By backend and request line (`GET /a?b=1`; several right ones are parted by ` | `): the answers. Each must have
  /// been asked for as often as there are answers, and nothing else.
  var backends: [String: [String: CaseAnswers]]
  /// How often request lines must have arrived, where that is not the number of answers.
  var times: [String: Int]
  /// How many requests the gateway must have left unfinished.
  var abandoned: Int
  /// Request lines of all backends in the order in which they must have arrived.
  var order: [String]?
  var steps: [CaseStep]

  init(from decoder: any Decoder) throws {
    let members = try decoder.members(
      "name", "routes", "backends", "times", "abandoned", "order", "request", "expect", "steps")
    name = try members.require("name")
    routes = try members["routes"]
    backends = try members("backends", or: [:])
    times = try members("times", or: [:])
    abandoned = try members("abandoned", or: 0)
    order = try members["order"]
    if let steps: [CaseStep] = try members["steps"] {
      self.steps = steps
    } else {
      steps = [CaseStep(request: try members.require("request"), expect: try members.require("expect"))]
    }
  }
}

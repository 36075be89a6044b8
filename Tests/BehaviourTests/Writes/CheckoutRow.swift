/// What may happen to a checkout of the demo, and what comes of it: a row of the table in docs/writes.md.
struct CheckoutRow: Sendable, CustomStringConvertible {
  enum Client: Sendable {
    case stays
    /// It has no right to buy.
    case unknown
    /// As soon as the service that misbehaves has met its request.
    case leaves
    /// Asks for the same once it has its answer.
    case repeats
  }

  /// What is done to the gateway as soon as the service that misbehaves has met a request.
  enum Operator: Sendable {
    case nothing, reloads
    case stops(drain: String)
    case kills
  }

  /// What happens, in the words of the page.
  let name: String
  /// By service, as `POST /__fault` takes them. The first one is waited for where the client leaves, or the operator acts.
  var faults: [(service: String, fault: String)] = []
  var client = Client.stays
  var action = Operator.nothing
  /// In place of `compositions/checkout.yaml`'s; all others are so long that a busy machine keeps them.
  var times: [String: String] = [:]
  /// `nil`: no answer.
  var status: Int?
  /// The member `compensated` of the problem document.
  var compensated: [(call: String, word: String)] = []
  /// The calls whose effects stand in the end.
  var stands: [String] = []
  /// What is in the log besides the access line, and the line's fields; empty: nothing but that.
  var logged: [String] = []
  /// The page's words for it.
  var told = ""

  var description: String { name }

  /// The gateway is as it was, for the next row.
  var leavesGateway: Bool { if case .nothing = action { true } else { false } }

  static let writes = ["reservation", "payment", "order"]

  var markdown: String { "| \(name) | \(seen) | \(books) | \(told) |" }

  private var seen: String {
    guard let status else { return "no answer" }
    return ([client == .repeats ? "201, then \(status)" : "\(status)"] + compensated.map { "\($0.call) `\($0.word)`" })
      .joined(separator: ", ")
  }

  private var books: String {
    switch stands {
    case []: "nothing"
    case Self.writes: "all three"
    default: "**\(stands.joined(separator: " and "))**"
    }
  }
}

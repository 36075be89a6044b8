import Messages
import Plans
import Scripts
import Transfers

/// Backends as a test's scripts have them, and what they were sent. *Confined to* the rehearsal's thread.
final class RehearsedNetwork: NetworkScript {
  private var course: ScriptCourse
  /// Backends by their addresses.
  private var names: [ObjectIdentifier: String] = [:]
  /// Of the step that is run now.
  private(set) var requests: [SentRequest] = []

  init(_ scripts: [BackendScript]) {
    course = ScriptCourse(scripts)
  }

  func name(_ origins: [(backend: String, origin: Origin)]) {
    for (backend, origin) in origins { names[ObjectIdentifier(origin)] = backend }
  }

  /// Another step begins.
  func begin(_ scripts: [BackendScript]) {
    course.add(scripts)
    requests = []
  }

  /// Whether a script would answer a fetch; none is used up by asking.
  func answers(_ place: FetchPlace, _ method: String) -> Bool {
    var copy = course
    switch place {
    case .own(let backend, let target): return copy.reply(of: backend.name, to: method, target) != nil
    case .backend(let name, let target): return copy.reply(of: name, to: method, target) != nil
    }
  }

  func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
    let backend = names[ObjectIdentifier(request.origin)]
    let reply = backend.flatMap { course.reply(of: $0, to: request.method, request.target) }
    requests.append(
      SentRequest(
        backend: backend ?? request.origin.address, method: request.method, target: request.target,
        headers: request.headers, body: request.body, isAnswered: reply != nil))
    guard let reply else { return ScriptedAnswer(.reset) }
    return ScriptedAnswer(after: reply.delay, ScriptedAnswer.End(reply.effect))
  }
}

/// A request that a backend got. A value.
package struct SentRequest: Sendable {
  package var backend: String
  package var method: String
  package var target: String
  package var headers: [HeaderField]
  package var body: [UInt8]
  /// A script had an answer.
  package var isAnswered: Bool
}

extension ScriptedAnswer.End {
  fileprivate init(_ effect: ScriptedReply.Effect) {
    switch effect {
    case .response(let status, let headers, let body): self = .response(status: status, headers: headers, body: body)
    case .timeout: self = .silence
    case .reset: self = .reset
    case .garbage: self = .garbage
    }
  }
}

import Front
import Logging
import Messages
import Plans

/// Answers with the files of a folder. *Immutable.*
package struct FilesEndpoint: Endpoint {
  package let body = BodyMode.ignored
  private let responder: FileResponder
  private let openings: InFlight

  package init(_ plan: FilesPlan, logger: Logger) {
    self.init(plan, openings: FileThreads.openings, logger: logger)
  }

  init(_ plan: FilesPlan, openings: InFlight, logger: Logger) {
    responder = FileResponder(plan, logger: logger)
    self.openings = openings
  }

  package func serve(_ exchange: Exchange) {
    let request = exchange.request
    // The route's path ends in a rest, which is the last capture.
    let rest = request.captures.last?.value ?? ""
    guard let path = FilePath(rest: rest, endsInSlash: request.pathEndsInSlash) else {
      return exchange.answer(FileFault.missing.problem.answer())
    }
    guard openings.enter() else { return exchange.refuse("busy", FileFault.busy.problem) }
    FileThreads.run { [responder, openings] in
      // Whose client has left meanwhile costs the disk nothing.
      let reply = exchange.isAwaited ? responder.reply(to: request, path) : nil
      openings.leave()
      switch reply {
      case nil: return
      case .answer(let answer): exchange.answer(answer)
      case .file(let body): exchange.onLoop { FileFlow(exchange, body).begin() }
      }
    }
  }
}

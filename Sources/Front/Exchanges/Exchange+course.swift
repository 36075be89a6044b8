import Messages

// The way of the request: to its route, through the stages, to the work. All of it on the front loop.
extension Exchange {
  /// The head is in. Once, by the sink, which must be ready for the answer.
  package func begin() {
    let site = loop.site
    switch match(site.router) {
    case .route(let index):
      let route = site.routes[index]
      self.route = route
      record.route = route.name
      open(route)
    case .notFound: answer(Problem(404, detail: "no route has this path").answer())
    case .badPath:
      let detail = "the path has a dot segment, a bad escape or a forbidden character"
      answer(Problem(400, detail: detail).answer())
    case .methodNotAllowed(let allow) where request.method == "OPTIONS":
      answer(Answer(status: 204, headers: [HeaderField("Allow", allow)]))
    case .methodNotAllowed(let allow):
      answer(Problem(405, detail: "this path has other methods", headers: [HeaderField("Allow", allow)]).answer())
    }
  }

  package static let allMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

  private func match(_ router: Router) -> RouteMatch {
    var target = request.target
    return target.withUTF8 { target in
      let length = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
      let path = UnsafeBufferPointer(rebasing: target[..<length])
      request.pathLength = length
      if length == 1 && path[0] == UInt8(ascii: "*") { return .methodNotAllowed(allow: Self.allMethods) }
      let match = router.match(host: request.authority, method: request.method, path: path)
      if case .route(let index) = match { request.captures = router.captures(route: index, path: path) }
      return match
    }
  }

  private func open(_ route: Route) {
    let takesBody = route.takesBody && !isBodyHere
    guard takesBody ? beginReceiving() : beginWork() else { return }
    proceed(route)
  }

  private func proceed(_ route: Route) {
    while nextStage < route.stages.count {
      let stage = route.stages[nextStage]
      nextStage += 1
      switch stage.enter(self) {
      case .pass: continue
      case .answer(let answer): return self.answer(answer)
      case .refuse(let problem): return refuse(stage.name, problem)
      case .wait: return
      }
    }
    if case .streamed = route.work.body { intake = .streamed }
    route.work.serve(self)
  }

  /// Goes on after a stage has said `wait`; ignored where the client has left meanwhile.
  package func resume(_ step: StageStep) {
    loop.eventLoop.preconditionInEventLoop()
    guard let route, isAwaited else { return }
    switch step {
    case .pass: proceed(route)
    case .answer(let answer): self.answer(answer)
    case .refuse(let problem): refuse(route.stages[nextStage - 1].name, problem)
    case .wait: return
    }
  }

  /// Answers with a problem, and has the log say who refused and why.
  func refuse(_ stage: String, _ problem: Problem) {
    record.refuse(stage, problem.detail)
    answer(problem.answer())
  }
}

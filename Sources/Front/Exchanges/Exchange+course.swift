import Messages

// The way of the request: to its route, through the stages, to the work. All of it on the front loop.
extension Exchange {
  /// The head is in. Once, by the sink, which must be ready for the answer.
  package func begin() {
    let site = loop.site
    request.measurePath()
    if site.answersPreflights, let index = preflighted(site) { return open(index, of: site) }
    let match = match(site.router, request.method)
    if case .route(let index) = match { return open(index, of: site) }
    rules = site.rules
    switch match {
    case .route: return
    case .notFound: answer(Problem(404, detail: "no route has this path").answer())
    case .badPath:
      let detail = "the path has a dot segment, a bad escape or a forbidden character"
      answer(Problem(400, detail: detail).answer())
    case .methodNotAllowed(let allow) where request.method == "OPTIONS":
      answer(Answer(status: 204, headers: [HeaderField("Allow", allow)]))
    case .methodNotAllowed(let allow):
      rules = pathRules(site) ?? rules
      answer(Problem(405, detail: "this path has other methods", headers: [HeaderField("Allow", allow)]).answer())
    }
  }

  package static let allMethods = knownMethods.joined(separator: ", ")
  private static let knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  /// The route that the request would take by a method. Changes nothing of the request.
  private func match(_ router: Router, _ method: String) -> RouteMatch {
    withPath { path in
      if path.count == 1 && path[0] == UInt8(ascii: "*") { return .methodNotAllowed(allow: Self.allMethods) }
      return router.match(host: request.authority, method: method, path: path)
    }
  }

  private func withPath<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    var target = request.target
    return target.withUTF8 { body(UnsafeBufferPointer(rebasing: $0[..<request.pathLength])) }
  }

  /// The route that a preflight asks about, where it answers them: that of the method which is meant, since most paths
  /// have no route for OPTIONS, or one that knows nothing of the others.
  private func preflighted(_ site: Site) -> Int? {
    guard let method = request.preflightedMethod, case .route(let index) = match(site.router, method) else {
      return nil
    }
    return site.routes[index].answersPreflights ? index : nil
  }

  /// The methods of the request's path whose routes fit: of those that are known, and `other`. On the front loop, by a
  /// stage that the request has not waited at.
  package func methods(and other: String, where fits: (Route) -> Bool) -> [String] {
    let site = loop.site
    let asked = Self.knownMethods + (Self.knownMethods.contains(other) ? [] : [other])
    return asked.filter { method in
      if case .route(let index) = match(site.router, method) { fits(site.routes[index]) } else { false }
    }
  }

  /// What is done to the answers of the path's first route that there is, where the method has none.
  private func pathRules(_ site: Site) -> AnswerRules? {
    guard site.hasRules else { return nil }
    for method in Self.knownMethods {
      if case .route(let index) = match(site.router, method) { return site.routes[index].rules }
    }
    return nil
  }

  private func open(_ index: Int, of site: Site) {
    request.captures = withPath { site.router.captures(route: index, path: $0) }
    let route = site.routes[index]
    self.route = route
    rules = route.rules
    record.route = route.name
    record.routePlace = index
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
      case .refuse(let problem, let why): return refuse(stage.name, problem, why: why)
      case .wait: return holdBody(for: route)
      }
    }
    guard case .streamed = route.work.body else { return route.work.serve(self) }
    holdCollected()
    takeBody {
      intake = .streamed
      route.work.serve(self)
    }
  }

  /// Goes on after a stage has said `wait`; ignored where the client has left meanwhile.
  package func resume(_ step: StageStep) {
    loop.eventLoop.preconditionInEventLoop()
    guard let route, isAwaited else { return }
    switch step {
    case .pass: proceed(route)
    case .answer(let answer): self.answer(answer)
    case .refuse(let problem, let why): refuse(route.stages[nextStage - 1].name, problem, why: why)
    case .wait: return
    }
  }

  /// Answers with a problem that nobody keeps, since it is of this request alone, and has the log say who refused and
  /// why: a cache keeps a 404 unasked (RFC 9110 §15.1), for clients who would not have been refused.
  package func refuse(_ stage: String, _ problem: Problem, why: String? = nil) {
    record.refuse(stage, why ?? problem.detail, reason: problem.reason)
    var problem = problem
    problem.headers.append(HeaderField("Cache-Control", "no-store"))
    answer(problem.answer())
  }
}

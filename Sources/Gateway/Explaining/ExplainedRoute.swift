import Front
import HTTP1
import JSONText
import Messages
import Plans

/// The route that a request takes, and what comes of it.
struct ExplainedRoute {
  enum Work {
    case composite(ExplainedComposite)
    case proxy(ExplainedProxy)
    case redirect(ExplainedRedirect)
    case files(ExplainedFiles)
  }

  let asked: ExplainedRequest
  let plan: RoutePlan
  let captures: [(name: String, value: String)]
  let reads: [String]
  /// What stands between the request and the work, from the outside in.
  let policies: [ExplainedPolicy]
  /// What is done to all answers, in words.
  var answers: [(name: String, value: String)] { ExplainedAnswers.facts(plan) }
  /// Headers that tell every backend of the client.
  let forwarding: [String]
  /// The same of calls whose value others may get.
  let sharedForwarding: [String]
  let work: Work
  /// How finished answers are kept, and under what key, in words. Empty: they are not.
  let cache: [(name: String, value: String)]
  let backends: [ExplainedBackend]

  /// Throws where the given request is none.
  init(_ index: Int, of gateway: GatewayPlan, _ asked: ExplainedRequest, captures: [(name: String, value: String)])
    throws
  {
    let plan = gateway.routes[index]
    let request = try IncomingRequest.assumed(
      method: asked.method, target: asked.target, host: asked.host, headers: asked.headers, body: asked.body,
      captures: captures)
    let providers = gateway.providers.filter { plan.policies.auth?.providers.contains($0.name) == true }
    let inquiries = try providers.compactMap { try ExplainedInquiry($0, gateway.backends, asked, request) }
    for provider in providers {
      for place in provider.withheld { request.removeCredentials(at: place) }
    }
    self.asked = asked
    self.plan = plan
    self.captures = captures
    policies = StageName.of(plan).map { ExplainedPolicy($0, of: plan, gateway, inquiries) }
    let course = try Course(plan, gateway, asked, request)
    reads = course.reads.written
    work = course.work
    cache = course.cache
    sharedForwarding = ClientInfo.ownLines()?.names ?? []
    forwarding =
      course.cache.isEmpty
      ? request.client.forwardingLines(without: course.replaced)?.names ?? [] : sharedForwarding
    backends = Set(course.backends + inquiries.map(\.backend)).sorted().map {
      ExplainedBackend(plan: gateway.backends[$0])
    }
  }

  var place: String { "\(plan.bff), \(plan.location.file):\(plan.location.line)" }

  var kind: String {
    switch work {
    case .proxy: "proxy"
    case .redirect: "redirect"
    case .files: "files"
    case .composite(let composite): composite.calls.isEmpty ? "static" : "composite"
    }
  }

  /// What the method means here, where it is not the route's own.
  var methodNote: String? {
    guard asked.method == "HEAD", case .composite = work else { return nil }
    return "runs as GET; the answer's head alone is sent"
  }
}

/// What a route does with a request, of whatever kind its work is. A value.
private struct Course {
  let work: ExplainedRoute.Work
  var reads = RequestReads()
  /// Places of those that it calls.
  var backends: [Int] = []
  /// Lower-case names of headers that the route sets in place of those that tell of the client.
  var replaced: [String] = []
  var cache: [(name: String, value: String)] = []

  /// Throws where the request's body is not what the route reads.
  init(_ route: RoutePlan, _ gateway: GatewayPlan, _ asked: ExplainedRequest, _ request: IncomingRequest) throws {
    switch route.work {
    case .composite(let plan): self = try Self.composite(plan, route, gateway, asked, request)
    case .proxy(let plan):
      let known = try KnownValues(asked, request, reads: plan.reads)
      work = .proxy(ExplainedProxy(plan, gateway.backends[plan.request.backend], known, request))
      reads = plan.reads
      backends = [plan.request.backend]
      replaced = plan.headers.map { $0.name.lowercased() }
    case .redirect(let plan):
      work = .redirect(ExplainedRedirect(plan, try KnownValues(asked, request, reads: plan.reads)))
      reads = plan.reads
    case .files(let plan): work = .files(ExplainedFiles(plan, request, request.captures.last?.value ?? ""))
    }
  }

  private init(_ work: ExplainedRoute.Work) {
    self.work = work
  }

  private static func composite(
    _ plan: CompositePlan, _ route: RoutePlan, _ gateway: GatewayPlan, _ asked: ExplainedRequest,
    _ request: IncomingRequest
  ) throws -> Course {
    let known = try KnownValues(asked, request, reads: plan.reads)
    var course = Course(
      .composite(
        ExplainedComposite(
          plan, route: route.identity, gateway.backends, known, request,
          identifiesClients: route.policies.auth != nil)))
    course.reads = plan.reads
    course.backends = plan.calls.map(\.request.backend)
    if let kept = plan.cache {
      let key = KeyInputs(route, plan, kept, gateway.backends).key(of: request)
      let audience = plan.reads.union(route.policies.reads(beside: plan.reads))
      course.cache = CacheExplanation.facts(kept, reads: plan.reads, audience: audience, digest: key.hex)
    }
    return course
  }
}

extension HeaderText {
  fileprivate var names: [String] {
    text.split(separator: "\r\n").map { String($0.prefix { $0 != ":" }) }
  }
}

extension RequestReads {
  /// `path.userId`, `all of query`.
  var written: [String] {
    var inputs: [String] = []
    func add(_ input: ScopeName, _ names: Names) {
      switch names {
      case .all: inputs.append("all of \(input.rawValue)")
      case .some(let some): inputs += some.sorted().map { "\(input.rawValue).\($0)" }
      }
    }
    add(.path, path)
    add(.query, query)
    add(.queryList, queryList)
    add(.headers, headers)
    add(.cookies, cookies)
    add(.claims, claims)
    add(.identity, identity)
    add(.client, client)
    if body { inputs.append(ScopeName.body.rawValue) }
    return inputs
  }
}

/// The words in which `explain` tells of a route's or a call's `cache`.
enum CacheExplanation {
  /// Name and value of each line. `digest` is the key of the request as it is given, which `purge --key` takes.
  /// - Parameter audience: what decides who may have an answer.
  static func facts(
    _ cache: CachePlan, reads: RequestReads, audience: RequestReads, digest: String
  ) -> [(name: String, value: String)] {
    var facts = [(name: "lifetime", value: lifetime(cache))]
    facts.append(("key", (["the definition"] + reads.written).joined(separator: ", ")))
    if !cache.tags.isEmpty { facts.append(("tags", cache.tags.map(\.source).joined(separator: ", "))) }
    let clients =
      reads.isPrivate
      ? "private: it reads what is one user's"
      : audience.isPrivate ? "private: its policies do not let everybody in" : "may keep it, and share it"
    facts.append(("clients", clients))
    facts.append(("digest", digest))
    return facts
  }

  /// `30s fresh, stale 60s while fetched anew, stale 10m on errors`
  static func lifetime(_ cache: CachePlan) -> String {
    var parts = [cache.ttl.map { "\($0.written) fresh" } ?? "as fresh as its calls' values"]
    if cache.jitter > 0 { parts.append("up to \(cache.jitter.percentWritten) less") }
    if cache.staleWhileRevalidate > .zero {
      parts.append("stale \(cache.staleWhileRevalidate.written) while fetched anew")
    }
    if cache.staleIfError > .zero { parts.append("stale \(cache.staleIfError.written) on errors") }
    if let partial = cache.partialTtl { parts.append("partial \(partial.written)") }
    if let error = cache.errorTtl { parts.append("errors \(error.written)") }
    if cache.respectsBackend { parts.append("less where backends say so") }
    if cache.clientControl { parts.append("clients may ask for a new one") }
    return parts.joined(separator: ", ")
  }
}

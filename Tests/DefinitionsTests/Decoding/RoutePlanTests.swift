import Plans
import Testing

@testable import Definitions

@Suite struct RoutePlanTests {
  @Test func dependenciesAreInferred() throws {
    let plan = try #require(
      try route(
        """
        calls:
          last: { request: "GET users /x/${second.a}", headers: { x-a: "${calls.first.status}" }, after: [third] }
          first: { request: "GET users /x", fallback: "${third.a}" }
          second: { request: "GET users /x/${path.id}", when: "${first}" }
          third: { request: "GET users /x/${item}", each: "${body.ids}" }
        """
      ).composite)
    #expect(plan.calls.map(\.reads) == [[1, 2], [3], [1], []])
    #expect(plan.calls.map(\.after) == [[3], [], [], []])
    #expect(plan.reads.body)
    #expect(plan.reads.headers == .some(["accept-language"]))
  }

  @Test func everyKeyOfACall() throws {
    let plan = try #require(
      try route(
        """
        calls:
          a:
            request: POST orders /x
            required: true
            when: ${query.a}
            timeout: 20ms
            headers: { X-One: 1, x-two: "${query.b}" }
            body: { n: 1.10, list: [~, "${query.c}"] }
            accept: [200, 4xx]
            absent: 500-501
            as: text
            select: ${@}
            each: ${query.d}
            batch: 7
            key: sku
            concurrency: 3
            max: 9
        """
      ).composite)
    let call = plan.calls[0]
    #expect(call.request.method == "POST")
    #expect(call.request.backend == 1)
    #expect(call.required)
    #expect(call.when?.source == "${query.a}")
    #expect(call.timeout == .milliseconds(20))
    #expect(call.headers.map(\.name) == ["X-One", "x-two"])
    #expect(call.headers[0].value.constant == "1")
    #expect(call.body?.memberNames == ["n", "list"])
    #expect(call.accept == StatusSet([200] + Array(400...499)))
    #expect(call.absent == StatusSet([500, 501]))
    #expect(call.decoding == .text)
    #expect(call.select?.source == "${@}")
    #expect(call.each?.list.source == "${query.d}")
    #expect(call.each?.batch == 7)
    #expect(call.each?.key == "sku")
    #expect(call.each?.concurrency == 3)
    #expect(call.each?.max == 9)
    #expect(plan.reads.query == .some(["a", "b", "c", "d"]))
    // The backend hashes by a cookie, and an unsafe call may be repeated by its key.
    #expect(plan.reads.cookies == .some(["session"]))
    #expect(plan.reads.headers == .some(["idempotency-key"]))
  }

  @Test func everyKeyOfAWrite() throws {
    let route = try route(
      """
      onDisconnect: cancel
      calls:
        search: { request: POST users /search, safe: true, body: "${body}", cache: 1m }
        write:
          request: POST orders /x/${item}
          each: ${body.ids}
          idempotencyKey: ${item}-${body.key}
          compensate:
            request: PATCH users /x/${write.id}/${item}
            headers: { x-a: "${calls.write.status}", idempotency-key: null }
            body: { why: "${search.why}" }
            timeout: 3s
            retry: { attempts: 9, backoff: 0s }
          compensateOn: [doubt]
        last: { request: POST users /y, after: [write], idempotencyKey: none, compensate: DELETE users /y }
      """)
    let plan = try #require(route.composite)
    #expect(plan.onDisconnect == .cancel)
    #expect(plan.calls.map(\.isSafe) == [true, false, false])
    // Of a safe call the client's key is a header as any other.
    #expect(plan.calls.map(\.reads) == [[], [0], []])
    let compensation = try #require(plan.calls[1].compensation)
    #expect(compensation.request.method == "PATCH" && compensation.request.backend == 0)
    #expect(compensation.headers.map(\.name) == ["x-a", "idempotency-key"])
    #expect(compensation.forward == ["accept-language"])
    #expect(compensation.body?.memberNames == ["why"])
    #expect(compensation.timeout == .seconds(3) && compensation.attempts == 9 && compensation.backoff == .zero)
    #expect(compensation.causes == .doubt)
    guard case .template(let key) = plan.calls[1].idempotencyKey else { throw Unexpected() }
    #expect(key.source == "${item}-${body.key}")
    guard case .none = plan.calls[2].idempotencyKey else { throw Unexpected() }
    let short = try #require(plan.calls[2].compensation)
    #expect(short.timeout == .seconds(10) && short.attempts == 3 && short.backoff == .milliseconds(100))
    #expect(short.causes == [.failure, .doubt] && short.headers.isEmpty && short.body == nil)
  }

  @Test func defaultsOfAWrite() throws {
    let plan = try #require(try route("calls: { a: POST users /x }").composite)
    #expect(plan.onDisconnect == .finish && plan.writes)
    let call = plan.calls[0]
    guard case .derived = call.idempotencyKey else { throw Unexpected() }
    #expect(!call.isSafe && call.compensation == nil && call.requiredBefore.isEmpty)
  }

  @Test func settingsOfWrites() throws {
    let plan = try plan(
      ("gateway.yaml", "writes: { detached: 7, detachedBytes: 1MiB }"),
      (
        "shop.yaml",
        "backends: { a: { url: http://a, idempotencyKey: generate }, b: { url: http://b } }\nroutes: { GET /: { response: 1 } }"
      ))
    #expect(plan.process.writes.detached == 7 && plan.process.writes.detachedBytes == 1 << 20)
    #expect(plan.backends.map(\.generatesIdempotencyKeys) == [true, false])
  }

  @Test func writesAreBoundedByDefault() throws {
    let writes = try plan(("shop.yaml", "routes: { GET /: { response: 1 } }")).process.writes
    #expect(writes.detached == 1000 && writes.detachedBytes == 64 << 20)
  }

  struct Unexpected: Error {}

  @Test func defaultsOfACall() throws {
    let call = try #require(try route("calls: { a: GET users /x }").composite?.calls.first)
    #expect(!call.required && call.fallback == nil && call.when == nil && call.timeout == nil && call.each == nil)
    #expect(call.accept == .success)
    #expect(call.absent == StatusSet())
    #expect(call.decoding == .json)
    #expect(call.forward == ["accept-language"])
    #expect(!call.headersAreRead)
  }

  @Test func everyKeyOfAComposite() throws {
    let plan = try #require(
      try route(
        """
        calls: { a: GET users /x, b: GET users /y }
        response: ["${a}", 1]
        responseHeaders: { x-total: "${calls.b.headers.\\"x-total\\"}" }
        status: ${a && `200` || `404`}
        meta: { name: info, when: always }
        passStatus: [404]
        exposeErrors: true
        timeout: 2s
        softTimeout: 1s
        """
      ).composite)
    #expect(plan.response?.isObject == false)
    #expect(plan.status?.source == "${a && `200` || `404`}")
    #expect(plan.calls.map(\.headersAreRead) == [false, true])
    #expect(plan.meta == MetaPlan(name: "info", when: .always))
    #expect(plan.passStatus == StatusSet([404]))
    #expect(plan.exposeErrors)
    #expect(plan.timeout == .seconds(2))
    #expect(plan.softTimeout == .seconds(1))
  }

  @Test func defaultsOfAComposite() throws {
    let plan = try #require(try route("response: hi").composite)
    #expect(plan.calls.isEmpty && plan.status == nil && plan.responseHeaders.isEmpty && !plan.exposeErrors)
    #expect(plan.meta == MetaPlan())
    #expect(plan.passStatus == .defaultPass)
    #expect(plan.timeout == .seconds(5))
    #expect(plan.softTimeout == nil)
    #expect(plan.reads == RequestReads())
    #expect(try route("{ response: hi, status: 202 }").composite?.status?.constantValue?.numberText == "202")
  }

  @Test func aProxy() throws {
    let plan = try #require(
      try route(
        """
        proxy: orders /x/${path.rest}?a=${env.KEY}
        headers: { x-user: "${headers.\\"x-user\\"}" }
        host: backend
        timeout: 3s
        idleTimeout: 4s
        """, key: "GET|POST /users/*rest", environment: ["KEY": "k", "OTHER": "o"]
      ).proxy)
    #expect(plan.request.hasQuery)
    #expect(plan.host == .backend)
    #expect(plan.timeout == .seconds(3))
    #expect(plan.idleTimeout == .seconds(4))
    #expect(plan.headers.map(\.name) == ["x-user"])
    #expect(plan.env.members.map(\.name) == ["KEY"])
    #expect(plan.reads.path == .some(["rest"]))
    #expect(plan.reads.headers == .some(["x-user"]))
    #expect(plan.reads.cookies == .some(["session"]))
    let plain = try #require(try route("proxy: orders /").proxy)
    #expect(plain.host == .client)
    #expect(plain.timeout == .seconds(30))
    #expect(plain.idleTimeout == .seconds(60))
  }

  @Test func theWholeScopeReadsEverything() throws {
    let plan = try #require(try route("calls: { a: GET users /x }\nresponse: ${$}").composite)
    #expect(plan.reads.query == .all && plan.reads.headers == .all && plan.reads.body)
    #expect(plan.calls[0].headersAreRead)
  }

  @Test func aRouteOverridesDefaults() throws {
    let plan = try plan(
      (
        "shop.yaml",
        """
        defaults: { timeout: 1s, softTimeout: 500ms, responseHeaders: { x-a: 1 }, idleTimeout: 9s, meta: { when: never } }
        backends: { users: { url: "unix:/run/users.sock" } }
        routes:
          GET /a: { response: hi }
          GET /b: { response: hi, timeout: 200ms, responseHeaders: {} }
          GET /c: { proxy: users /c }
        """
      ))
    let (a, b) = (plan.routes[0].composite, plan.routes[1].composite)
    #expect(a?.timeout == .seconds(1) && a?.softTimeout == .milliseconds(500) && a?.meta.when == .never)
    #expect(a?.responseHeaders.map(\.name) == ["x-a"])
    #expect(b?.timeout == .milliseconds(200) && b?.softTimeout == nil && b?.responseHeaders.isEmpty == true)
    #expect(plan.routes[2].proxy?.timeout == .seconds(1) && plan.routes[2].proxy?.idleTimeout == .seconds(9))
    #expect(plan.backends[0].addresses == [.init(origin: "http://localhost", unixSocket: "/run/users.sock")])
    #expect(plan.routes.map(\.bff) == ["shop", "shop", "shop"])
  }

  @Test func patterns() throws {
    let routes = try plan(
      (
        "a.yaml",
        """
        prefix: /${env.TENANT}/:tenant
        hosts: [Shop.Example.com, "*.example.com"]
        routes:
          GET|HEAD /caf%C3%A9/: { response: 1 }
          ANY /: { response: 1 }
          POST /x/:id/*more: { response: "${path}" }
        """
      ), environment: ["TENANT": "t"]
    ).routes
    #expect(routes[0].methods == .only(["GET", "HEAD"]))
    #expect(routes[0].hosts == ["shop.example.com", "*.example.com"])
    #expect(routes[0].pattern.segments == [.literal("t"), .parameter("tenant"), .literal("café"), .literal("")])
    #expect(routes[1].pattern.segments == [.literal("t"), .parameter("tenant"), .literal("")])
    #expect(routes[1].methods == .any)
    #expect(routes[2].pattern.captureNames == ["tenant", "id", "more"])
    #expect(routes[2].composite?.reads.path == .all)
  }

  @Test func routesThatOnlyLookAlike() throws {
    let routes = try plan(
      (
        "a.yaml",
        """
        routes:
          GET /a/:id: { response: 1 }
          POST /a/:id: { response: 1 }
          ANY /a/:id: { response: 1 }
          GET /a/b: { response: 1 }
          GET /a/*rest: { response: 1 }
          GET /a/: { response: 1 }
          GET /a: { response: 1 }
        """
      ), ("b.yaml", "hosts: [a.com]\nroutes: { GET /a: { response: 1 } }"),
      ("c.yaml", "hosts: [b.com]\nroutes: { GET /a: { response: 1 } }")
    ).routes
    #expect(routes.count == 9)
  }
}

import Plans

extension RouteScope {
  /// Where a template stands, which decides what it may read.
  struct Position {
    /// For messages: "a request".
    let name: String
    var readsEnvironment = false
    var readsCalls = false
    var readsBody = false
    /// `item` or `items`, in the request of an `each`.
    var item: ScopeName?
    /// The whole scope may be used as a value.
    var readsWhole = false
    /// `partial`, of an answer that is made of calls.
    var readsPartial = false
    /// `response`, of a backend.
    var readsResponse = false
    /// `error`, and nothing else.
    var readsError = false
    /// Nobody knows yet who the client is.
    var isBeforeIdentity = false
    /// Why the body can't be read.
    var withoutBody = "it is passed on as it comes"

    static let response = Position(
      name: "a response", readsCalls: true, readsBody: true, readsWhole: true, readsPartial: true)
    /// Headers of answers that are not made of calls.
    static let answer = Position(name: "`responseHeaders` of this route", withoutBody: "it need not have come")
    static let answerOfProxy = Position(
      name: "`responseHeaders` of a proxy", readsResponse: true, withoutBody: "it is passed on as it comes")
    static let errors = Position(name: "`errors`", readsError: true)
    static let call = Position(name: "a call", readsEnvironment: true, readsCalls: true, readsBody: true)
    static let tag = Position(name: "a tag", readsCalls: true, readsBody: true)
    static let redirect = Position(name: "a redirect", withoutBody: "nobody waits for it")
    static let refusal = Position(
      name: "a rule of `refuse`", readsEnvironment: true, withoutBody: "it comes behind it")
    static let requirement = Position(
      name: "`require` of `auth`", readsEnvironment: true, withoutBody: "it comes behind it")
    /// Where a body that is read can be waited for.
    static let limit = Position(name: "a limit", readsEnvironment: true, readsBody: true)
    static let limitOfProxy = Position(name: "a limit of a proxy", readsEnvironment: true)
    static let limitOfFiles = Position(
      name: "a limit of files", readsEnvironment: true, withoutBody: "nobody waits for it")
    static let limitOfRedirect = Position(
      name: "a limit of a redirect", readsEnvironment: true, withoutBody: "nobody waits for it")
    static let backend = Position(
      name: "`headers` of a backend", readsEnvironment: true, withoutBody: "proxies pass it on as it comes")
    static let external = Position(
      name: "`external`", readsEnvironment: true, isBeforeIdentity: true, withoutBody: "it comes behind it")
    static let log = Position(name: "a field of the log", readsEnvironment: true, withoutBody: "it may be gone by then")
    static let proxy = Position(name: "a proxy", readsEnvironment: true)
  }
}

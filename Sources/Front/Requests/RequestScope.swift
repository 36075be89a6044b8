import JSONText
import NIOHTTP1
import Plans

/// Puts the inputs of a request into the scope of a route's templates: just those that the route reads.
package enum RequestScope {
  /// `path`, `query`, `queryList`, `headers`, `cookies`, `client`, `body` and `env`, as far as `reads` has them. Throws
  /// where the body is read and is not JSON (`RequestBodyFailure.problem`); without a body, `body` is null. Claims are
  /// the caller's to add.
  package static func make(
    _ request: IncomingRequest, reads: RequestReads, env: JSONObject
  ) throws(RequestBodyFailure) -> Scope {
    var root = JSONObject(capacity: 8)
    if !reads.path.isEmpty { root.append("path", .object(path(request, reads.path))) }
    if !reads.query.isEmpty || !reads.queryList.isEmpty {
      var query = InputMembers(.first)
      var lists = InputMembers(.list)
      FormQuery.forEach(request) { name, value in
        if reads.query.contains(name) { query.add(name, value) }
        if reads.queryList.contains(name) { lists.add(name, value) }
      }
      if !reads.query.isEmpty { root.append("query", query.object) }
      if !reads.queryList.isEmpty { root.append("queryList", lists.object) }
    }
    if !reads.headers.isEmpty { root.append("headers", headers(request.headers, reads.headers)) }
    if !reads.cookies.isEmpty { root.append("cookies", Cookies.values(request.headers, reads.cookies)) }
    if !reads.client.isEmpty { root.append("client", .object(client(request.client, reads.client))) }
    if reads.body { root.append("body", try body(request.body)) }
    if !env.isEmpty { root.append("env", .object(env)) }
    var scope = Scope(root)
    if !reads.path.isEmpty { scope.pathEndsInSlash = request.pathEndsInSlash }
    return scope
  }

  private static func path(_ request: IncomingRequest, _ names: RequestReads.Names) -> JSONObject {
    var path = JSONObject(capacity: request.captures.count)
    for capture in request.captures where names.contains(capture.name) {
      path.append(capture.name, .string(capture.value))
    }
    return path
  }

  private static func headers(_ headers: HTTPHeaders, _ names: RequestReads.Names) -> JSONValue {
    var values = InputMembers(.joined)
    for (name, value) in headers {
      let name = name.lowercased()
      if names.contains(name) { values.add(name, value) }
    }
    return values.object
  }

  private static func client(_ client: ClientInfo, _ names: RequestReads.Names) -> JSONObject {
    var values = JSONObject(capacity: 4)
    let all = [
      ("ip", client.address), ("scheme", client.scheme), ("host", client.host), ("requestId", client.requestID),
    ]
    for (name, value) in all where names.contains(name) { values.append(name, .string(value)) }
    return values
  }

  private static func body(_ body: [UInt8]?) throws(RequestBodyFailure) -> JSONValue {
    guard let body, !body.isEmpty else { return .null }
    do throws(JSONError) {
      return .slice(try JSONText(body).root)
    } catch {
      throw RequestBodyFailure(offset: error.offset)
    }
  }
}

import JSONText
import Messages
import Plans

extension RequestInputs {
  /// The scope of a route's expressions: `path`, `query`, `queryList`, `headers`, `cookies`, `claims`, `identity`,
  /// `client` and `body` as far as they are read, and `env`. Throws where the body is read and is not JSON (`RequestBodyFailure.problem`); without a
  /// body, `body` is null.
  package func scope(_ request: IncomingRequest, env: JSONObject) throws(RequestBodyFailure) -> Scope {
    var members = ScopeMembers()
    visit(request, &members)
    members.end()
    if let failure = members.failure { throw failure }
    if !env.isEmpty { members.root.append("env", .object(env)) }
    var scope = Scope(members.root)
    if members.hasPath { scope.pathEndsInSlash = request.pathEndsInSlash }
    return scope
  }

  /// The scope of expressions that are evaluated on the front loop: all of one request's share its steps.
  package func scope(of exchange: Exchange, env: JSONObject) throws(RequestBodyFailure) -> Scope {
    var scope = try scope(exchange.request, env: env)
    scope.limit(by: exchange.steps)
    return scope
  }
}

private struct ScopeMembers: RequestInputVisitor {
  var root = JSONObject(capacity: 8)
  var hasPath = false
  var failure: RequestBodyFailure?
  private var input: ScopeName?
  private var object = JSONObject()

  mutating func begin(_ input: ScopeName) {
    end()
    self.input = input
    if input == .path { hasPath = true }
  }

  mutating func end() {
    guard let input else { return }
    root.append(input.rawValue, .object(object))
    self.input = nil
    object = JSONObject()
  }

  mutating func take(_ name: String, _ value: String?) {
    if let value { object.append(name, .string(value)) }
  }

  mutating func take(_ name: String, list: [String]) {
    if !list.isEmpty { object.append(name, .array(list.map { .string($0) })) }
  }

  mutating func take(_ name: String, json: JSONValue?) { object.append(name, json ?? .null) }

  mutating func take(_ input: ScopeName, whole: JSONValue?) {
    end()
    root.append(input.rawValue, whole ?? .null)
  }

  mutating func take(body: [UInt8]) {
    end()
    guard !body.isEmpty else { return root.append("body", .null) }
    do throws(JSONError) {
      root.append("body", .slice(try JSONText(body).root))
    } catch {
      failure = RequestBodyFailure(offset: error.offset)
    }
  }
}

/// A route reads the request's body, and that is not JSON.
package struct RequestBodyFailure: Error, Equatable {
  /// Bytes before the place where it stops being JSON.
  package let offset: Int

  package var problem: Problem {
    Problem(
      400, detail: "the request body is not JSON", members: [(name: "offset", value: .number(JSONNumber(offset)))])
  }
}

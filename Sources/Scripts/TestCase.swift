import JMESPath
import JSONText
import Messages
import Plans

/// One test of a folder of definitions: requests one after the other to one gateway, whose backends do as their scripts
/// say. *Immutable.*
package struct TestCase: Sendable {
  package var name: String
  /// Its file's beginning.
  package var location: SourceLocation
  package var backends: [BackendScript]
  /// One at least.
  package var steps: [TestStep]
  /// What is the time at its beginning, in milliseconds since 1970.
  package var time: Int64

  /// The first second of 2026, where a test says none.
  package static let firstTime: Int64 = 1_767_225_600_000

  package init(
    _ name: String, at location: SourceLocation, backends: [BackendScript] = [], steps: [TestStep] = [],
    time: Int64 = firstTime
  ) {
    self.name = name
    self.location = location
    self.backends = backends
    self.steps = steps
    self.time = time
  }
}

/// A wait, a request, or both. A value.
package struct TestStep: Sendable {
  package var location: SourceLocation
  /// Passes before the request.
  package var wait: Duration = .zero
  package var request: TestRequest?
  /// Come before the test's own, from here on.
  package var backends: [BackendScript] = []
  package var expectation = Expectation()
  /// What of the file `expect` is, for who writes into it.
  package var place: ExpectationPlace

  package init(at location: SourceLocation, _ request: TestRequest? = nil, place: ExpectationPlace = .none) {
    self.location = location
    self.request = request
    self.place = place
  }
}

/// Where in a file a step's expected body stands, or would. Lines and columns count from 1.
package enum ExpectationPlace: Sendable {
  /// There is no `expect`: it goes behind this line, with this indentation.
  case missing(behind: Int, indent: Int)
  /// `expect` has other keys in lines of their own: it goes before this line.
  case block(line: Int, indent: Int)
  /// `expect: { … }`: it goes behind the brace at this place.
  case flow(line: Int, column: Int)
  /// There is one, from here to just before there; or to the line's end.
  case value(line: Int, column: Int, endLine: Int, endColumn: Int)
  case none
}

/// A client's request. A value.
package struct TestRequest: Sendable {
  package var method: String
  package var path: String
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8]?
  /// Who the client has shown to be; `nil`: what its headers show counts.
  package var identity: TestIdentity?
  /// The client's address.
  package var address: String?

  package init(_ method: String, _ path: String) {
    self.method = method
    self.path = path
  }
}

/// Who a client is, as a provider would tell it. A value.
package struct TestIdentity: Sendable {
  /// `nil`: whichever the route has.
  package var provider: String?
  package var subject: String?
  package var plan: String?
  package var groups: [String] = []
  package var claims: JSONValue?
  package var fields = JSONObject()

  package init() {}
}

/// What has to come of a request; what is `nil` or empty may be anything. A value.
package struct Expectation: Sendable {
  package var status: Int?
  /// Words of outcomes, by the names of calls.
  package var outcomes: [(call: String, word: String)] = []
  /// Members and elements that the body must have, beside others.
  package var body: JSONValue?
  package var exactBody: JSONValue?
  /// Must be true of the body.
  package var condition: Expression?
  /// Names with the form of their values; `nil`: there is none.
  package var headers: [(name: String, value: Wildcard?)] = []
  package var calls: [CallExpectation] = []
  package var within: Duration?
  /// What the cache did.
  package var cache: CacheResult?
  /// The stage that refused it.
  package var refused: String?

  package init() {}

  /// Nothing is said of the body.
  package var leavesBodyOpen: Bool { body == nil && exactBody == nil && condition == nil }
}

/// Requests that a backend has to get. A value.
package struct CallExpectation: Sendable {
  package var backend: String
  package var method: String?
  package var path: Wildcard?
  package var headers: [(name: String, value: Wildcard?)] = []
  package var body: JSONValue?
  /// How many are like this; `nil`: one at least.
  package var times: Int?

  package init(_ backend: String) {
    self.backend = backend
  }
}

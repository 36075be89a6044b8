import JSONText

/// A request to be explained, as far as it is given.
package struct ExplainedRequest: Sendable {
  package var method: String
  /// Path and query as a client would send them.
  package var target: String
  package var host: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]?
  /// What calls are supposed to have given, by name.
  package var values: [(name: String, value: JSONValue)]

  package init(
    method: String, target: String, host: String = "localhost", headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil, values: [(name: String, value: JSONValue)] = []
  ) {
    self.method = method
    self.target = target
    self.host = host
    self.headers = headers
    self.body = body
    self.values = values
  }

  var path: String { String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") })) }
}

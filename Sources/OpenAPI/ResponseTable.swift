import JMESPath
import JSONText
import Messages

/// The answers of one operation by their statuses: several may come with one, each with a media type of its own.
struct ResponseTable {
  private struct Response {
    var description: String
    var headers: [(name: String, value: JSONValue)] = []
    var contents: [(type: String, media: JSONObject)] = []
  }

  private var responses: [String: Response] = [:]

  /// Any media type.
  static let anything = "*/*"

  /// Adds an answer; the first description of a status counts.
  /// - Parameters:
  ///   - schema: `nil`: nothing is told of the body.
  ///   - type: `nil`: it has no body.
  mutating func add(_ status: String, _ description: String, _ type: String?, _ schema: JSONValue? = nil) {
    var response = responses[status] ?? Response(description: description)
    if let type {
      if let place = response.contents.firstIndex(where: { $0.type == type }) {
        if response.contents[place].media["schema"] == nil, let schema {
          response.contents[place].media.append("schema", schema)
        }
      } else {
        response.contents.append((type, JSONObject(schema.map { [.init(name: "schema", value: $0)] } ?? [])))
      }
    }
    responses[status] = response
  }

  mutating func addHeader(_ status: String, _ name: String, _ schema: JSONValue, _ description: String) {
    guard var response = responses[status], !response.headers.contains(where: { $0.name == name }) else { return }
    response.headers.append((name, ["description": .string(description), "schema": schema]))
    responses[status] = response
  }

  /// What a definition says of it goes before what can be told of itself.
  mutating func describe(_ status: String, _ description: String) {
    responses[status, default: Response(description: "")].description = description
  }

  /// Shows an answer as it may be, at a body that is JSON.
  mutating func addExample(_ status: String, _ type: String, _ example: JSONValue) {
    guard let place = responses[status]?.contents.firstIndex(where: { $0.type == type }) else { return }
    responses[status]?.contents[place].media["example"] = example
  }

  func has(_ status: String) -> Bool { responses[status] != nil }

  func hasContent(_ status: String) -> Bool { responses[status]?.contents.isEmpty == false }

  func types(_ status: String) -> [String] { responses[status]?.contents.map(\.type) ?? [] }

  var statuses: [String] { responses.keys.sorted() }

  var value: JSONValue {
    .object(
      JSONObject(
        statuses.map { status in
          let response = responses[status] ?? Response(description: "")
          var value = JSONObject()
          value.append("description", .string(response.description))
          if !response.headers.isEmpty {
            let headers = response.headers.sorted { $0.name < $1.name }
            value.append("headers", .object(JSONObject(headers.map { .init(name: $0.name, value: $0.value) })))
          }
          if !response.contents.isEmpty {
            value.append(
              "content",
              .object(JSONObject(response.contents.map { .init(name: $0.type, value: .object($0.media)) })))
          }
          return .init(name: status, value: .object(value))
        }))
  }
}

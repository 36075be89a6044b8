import JMESPath
import JSONText
import Messages
import Plans

/// What a backend's document says of one path and method. *Immutable.*
struct BackendOperation {
  /// Of the document, `{name}` for a parameter.
  let segments: [String]
  let method: String
  let parameters: [JSONValue]
  private let operation: JSONValue
  private let reader: SchemaReader

  /// A body by the type of its media.
  struct Body {
    var description: String?
    var contents: [(mediaType: String, shape: ValueShape)]
    var isRequired = false
  }

  /// All that a document has.
  static func all(_ document: JSONValue) -> [BackendOperation] {
    let reader = SchemaReader(document: document)
    return (document[member: "paths"]?.namedValues ?? []).flatMap { path, item -> [BackendOperation] in
      guard let item = reader.resolved(item), path.hasPrefix("/") else { return [] }
      let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      return RequestLine.methods.compactMap { method in
        guard let operation = item[member: method.lowercased()] else { return nil }
        let own = (operation[member: "parameters"]?.elements ?? []).compactMap { reader.resolved($0) }
        let shared = (item[member: "parameters"]?.elements ?? []).compactMap { reader.resolved($0) }
        let others = shared.filter { one in
          !own.contains {
            $0[member: "name"]?.string == one[member: "name"]?.string && Self.place($0) == Self.place(one)
          }
        }
        return BackendOperation(
          segments: segments, method: method, parameters: others + own, operation: operation, reader: reader)
      }
    }
  }

  static func place(_ parameter: JSONValue) -> String { parameter[member: "in"]?.string ?? "" }

  /// The one that a request is for; the most literal of several.
  static func find(_ all: [BackendOperation], _ request: [RequestTemplate.Segment], _ method: String)
    -> BackendOperation?
  {
    all.filter { $0.method == method && $0.matches(request) }.max { $0.literals < $1.literals }
  }

  private var literals: Int { segments.filter { !Self.isParameter($0) }.count }

  static func isParameter(_ segment: String) -> Bool { segment.hasPrefix("{") && segment.hasSuffix("}") }

  private func matches(_ request: [RequestTemplate.Segment]) -> Bool {
    segments.count == request.count && zip(segments, request).allSatisfy { Self.matches($0, $1) }
  }

  static func matches(_ segment: String, _ request: RequestTemplate.Segment) -> Bool {
    switch request {
    case .literal(let text): isParameter(segment) || segment == text
    case .value: isParameter(segment)
    case .rest: false
    }
  }

  /// Where the request goes on with what the client's path has: what is left for that.
  func rest(behind prefix: ArraySlice<RequestTemplate.Segment>) -> [String]? {
    guard segments.count > prefix.count, zip(segments, prefix).allSatisfy({ Self.matches($0, $1) }) else { return nil }
    return Array(segments.dropFirst(prefix.count))
  }

  func shape(ofParameter parameter: JSONValue) -> ValueShape { reader.shape(parameter[member: "schema"]) }

  var summary: String? { operation[member: "summary"]?.string }

  var requestBody: Body? {
    reader.resolved(operation[member: "requestBody"]).map { body in
      var found = self.body(body)
      found.isRequired = body[member: "required"]?.bool == true
      return found
    }
  }

  /// By their names in the document: `200`, `4XX`, `default`.
  var responses: [(status: String, body: Body)] {
    (operation[member: "responses"]?.namedValues ?? []).compactMap { status, response in
      let isStatus = status == "default" || status.wholeMatch(of: /[1-5]([0-9][0-9]|XX)/) != nil
      return isStatus ? reader.resolved(response).map { (status, body($0)) } : nil
    }
  }

  private func body(_ value: JSONValue) -> Body {
    let contents = (value[member: "content"]?.namedValues ?? []).map { type, media in
      (mediaType: type, shape: reader.shape(media[member: "schema"]))
    }
    return Body(description: value[member: "description"]?.string, contents: contents)
  }

  /// The shape of a JSON answer with one of these statuses; `nil` where the document does not tell it.
  func answer(_ statuses: StatusSet) -> ValueShape? {
    let known = responses
    let meant = known.filter { name, _ in
      if let status = name.number(in: 100...599) { return statuses.contains(status) }
      guard name.hasSuffix("XX"), let first = name.prefix(1).description.number(in: 1...5) else { return false }
      return (first * 100..<first * 100 + 100).contains(where: statuses.contains)
    }
    let shapes = meant.flatMap { $0.body.contents.filter { $0.mediaType.contains("json") }.map(\.shape) }
    return shapes.isEmpty ? nil : shapes.reduce(.never) { $0.union($1) }
  }
}

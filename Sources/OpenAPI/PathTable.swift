import JSONText
import Plans

/// The paths of a document. Two paths that differ by the names of their parameters alone are one.
struct PathTable {
  private struct Path {
    let name: String
    /// Names of its parameters, in their order.
    let parameters: [String]
    var operations: [(method: String, value: JSONValue)] = []
  }

  private static let methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"]

  private var paths: [Path] = []
  private var places: [[String?]: Int] = [:]
  private var identifiers: Set<String> = []
  private(set) var tags: [String] = []
  private(set) var omissions: [String] = []

  mutating func add(_ route: RoutePlan, _ context: DocumentContext) {
    let shapes = RouteShapes(route, context.plan, context.backends)
    for tag in route.documentation.tags.isEmpty ? [route.bff] : route.documentation.tags where !tags.contains(tag) {
      tags.append(tag)
    }
    let methods: [String] = if case .only(let only) = route.methods { only } else { Self.methods }
    guard case .proxy(let proxy) = route.work else {
      for method in methods { add(route, route.pattern.pieces, method, shapes, nil, context) }
      return
    }
    let behind = context.backends.operations(behind: proxy.request)
    guard behind.isEmpty else {
      for (operation, rest) in behind where methods.contains(operation.method) {
        let pieces = route.pattern.pieces.dropLast() + rest.map { PathPiece($0) }
        add(route, Array(pieces), operation.method, shapes, operation, context)
      }
      return
    }
    for method in methods {
      add(route, route.pattern.pieces, method, shapes, context.backends.operation(proxy.request, method), context)
    }
  }

  private mutating func add(
    _ route: RoutePlan, _ pieces: [PathPiece], _ method: String, _ shapes: RouteShapes, _ operation: BackendOperation?,
    _ context: DocumentContext
  ) {
    let place = place(of: pieces)
    guard !paths[place].operations.contains(where: { $0.method == method }) else {
      omissions.append("\(method) \(route.pattern): \(paths[place].name) has this method already")
      return
    }
    let captures = pieces.compactMap(\.parameter)
    let writer = OperationWriter(
      route: route, method: method, shapes: shapes, operation: operation, document: context,
      path: zip(captures, paths[place].parameters).map { ($0, $1) })
    let value = writer.value(id: identifier(route, method, pieces))
    paths[place].operations.append((method, value))
  }

  private mutating func place(of pieces: [PathPiece]) -> Int {
    let shape = pieces.map(\.literal)
    if let place = places[shape] { return place }
    var names: [String] = []
    for name in pieces.compactMap(\.parameter) {
      var free = name
      var number = 2
      while names.contains(free) {
        free = "\(name)\(number)"
        number += 1
      }
      names.append(free)
    }
    var left = names[...]
    let texts = pieces.map { $0.literal ?? "{\(left.popFirst() ?? "")}" }
    places[shape] = paths.count
    paths.append(Path(name: "/" + texts.joined(separator: "/"), parameters: names))
    return paths.count - 1
  }

  /// The name that a route has for its first method; else one made of method and path, which no other operation has.
  private mutating func identifier(_ route: RoutePlan, _ method: String, _ pieces: [PathPiece]) -> String {
    let words = pieces.flatMap { $0.words }
    var identifier = method.lowercased() + words.joined()
    if let given = route.documentation.operationID {
      identifier = identifiers.contains(given) ? given + method.lowercased().capitalizedWord : given
    }
    var free = identifier
    var number = 2
    while !identifiers.insert(free).inserted {
      free = "\(identifier)\(number)"
      number += 1
    }
    return free
  }

  var value: JSONValue {
    .object(
      JSONObject(
        paths.filter { !$0.operations.isEmpty }.map { path in
          let operations = path.operations.map { JSONObject.Member(name: $0.method.lowercased(), value: $0.value) }
          return .init(name: path.name, value: .object(JSONObject(operations)))
        }))
  }
}

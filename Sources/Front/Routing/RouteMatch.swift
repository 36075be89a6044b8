/// What the router says of one request.
package enum RouteMatch: Sendable, Equatable {
  /// Index into the routes that the router was made of.
  case route(Int)
  case notFound
  /// The path exists, the method does not (or is OPTIONS, which no route takes): the value of `Allow`.
  case methodNotAllowed(allow: String)
  /// A path that may not be matched at all: 400.
  case badPath
}

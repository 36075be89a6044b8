import NIOHTTP1

/// A request as an endpoint sees it. Immutable.
package struct IncomingRequest: Sendable {
  /// In the client's case; methods are case-sensitive.
  package let method: String
  /// Path and query as they came, or `*`.
  package let target: String
  /// UTF-8 bytes of `target` before the `?`.
  let pathLength: Int
  /// Values of the route's parameters (decoded) and rest (with its own escapes), in the pattern's order.
  package let captures: [(name: String, value: String)]
  /// What is not UTF-8 in a value is U+FFFD.
  package let headers: HTTPHeaders
  /// Those of `headers` that a proxy passes on as bytes.
  package let opaque: OpaqueFields
  /// With `BodyMode.buffered`: the whole body; nil where the request has none.
  package let body: [UInt8]?
  package let client: ClientInfo
  /// `Host` as it came (or the authority of an absolute-form target), whatever a proxy before says.
  package let authority: String

  /// How long the client says the body is.
  let framing: RequestHead.Framing

  /// Raw.
  package var path: String { String(decoding: target.utf8.prefix(pathLength), as: UTF8.self) }

  package var pathEndsInSlash: Bool { target.utf8.prefix(pathLength).last == UInt8(ascii: "/") }

  /// UTF-8 bytes of `target` up to its query, the `?` included; more than it has where there is none.
  package var queryOffset: Int { pathLength + 1 }

  /// Raw, without the `?`; nil where there is no `?`.
  package var query: String? {
    pathLength == target.utf8.count ? nil : String(decoding: target.utf8.dropFirst(pathLength + 1), as: UTF8.self)
  }
}

import Messages
import NIOHTTP1

/// *Confined to* its front loop until the work of its route begins, and *immutable* from then on: `@unchecked Sendable`. A
/// request as stages and works see it; a class, since it is handed on often, and has many parts.
package final class IncomingRequest: @unchecked Sendable {
  /// In the client's case; methods are case-sensitive.
  package let method: String
  /// Path and query as they came, or `*`.
  package internal(set) var target: String
  /// UTF-8 bytes of `target` before the `?`.
  package var pathLength = 0
  /// Values of the route's parameters (decoded) and rest (with its own escapes), in the pattern's order.
  package var captures: [(name: String, value: String)] = []
  /// What is not UTF-8 in a value is U+FFFD.
  package internal(set) var headers: HTTPHeaders
  /// Those of `headers` that a proxy passes on as bytes.
  package internal(set) var opaque: OpaqueFields
  /// Who the client has shown to be; `nil`: nobody asked, or it did not show anything.
  package internal(set) var identity: ClientIdentity?
  /// Stands for what the client has shown, where it has no subject: a hash that is the same for the same in every process.
  package var shown: String?
  /// Behind the stage of the body: the whole of it; nil where the request has none.
  package var body: [UInt8]?
  package let client: ClientInfo
  /// `Host` as it came (or the authority of an absolute-form target), whatever a proxy before says.
  package let authority: String

  /// How long the client says the body is.
  package var bodyLength: BodyLength

  /// As a sink makes it of a head; its route is not known yet.
  package init(_ head: RequestHead, _ client: ClientInfo, bodyLength: BodyLength? = nil) {
    method = head.method
    target = head.target
    headers = head.headers
    opaque = head.opaque
    authority = head.host
    self.bodyLength = bodyLength ?? head.bodyLength
    self.client = client
  }

  /// Has stages and works behind a stage see a header in another way. On the front loop, by that stage.
  package func replace(_ name: String, _ value: String) {
    headers.replaceOrAdd(name: name, value: value)
  }

  /// Finds the end of the path. Once, before the request is routed.
  func measurePath() {
    pathLength = target.withUTF8 { $0.firstIndex(of: UInt8(ascii: "?")) ?? $0.count }
  }

  /// Raw; templates see it as `PercentEncoding.normalized` has it.
  package var path: String { String(decoding: target.utf8.prefix(pathLength), as: UTF8.self) }

  package var pathEndsInSlash: Bool { target.utf8.prefix(pathLength).last == UInt8(ascii: "/") }

  /// The method that a preflight asks for (Fetch §4.8); `nil`: it is none.
  package var preflightedMethod: String? {
    guard method == "OPTIONS", headers.contains(name: "origin"),
      let asked = headers.first(name: "access-control-request-method"), HeadSyntax.isToken(asked)
    else { return nil }
    return asked
  }

  /// UTF-8 bytes of `target` up to its query, the `?` included; more than it has where there is none.
  package var queryOffset: Int { pathLength + 1 }

  /// Raw, without the `?`; nil where there is no `?`.
  package var query: String? {
    pathLength == target.utf8.count ? nil : String(decoding: target.utf8.dropFirst(pathLength + 1), as: UTF8.self)
  }
}

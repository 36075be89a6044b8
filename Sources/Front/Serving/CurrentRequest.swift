import Timing

/// What a connection needs of the request that it is answering. A value.
struct CurrentRequest {
  let head: RequestHead
  let client: ClientInfo
  let received: Instant
  var keepsAlive: Bool
  /// 100 was asked for and not sent.
  var owesContinue: Bool
  /// The route, once there is one.
  var route: Int?
  /// As in the definitions; for the log.
  var routeName: String?
  /// Why a proxied request failed; for the log.
  var outcome: String?
  /// Why the rest of it was not taken; for the log.
  var refused: String?
  /// Captures of the route.
  var captures: [(name: String, value: String)] = []
  var pathLength = 0

  init(_ head: RequestHead, _ client: ClientInfo, keepsAlive: Bool) {
    self.head = head
    self.client = client
    self.keepsAlive = keepsAlive
    received = Instant.now()
    owesContinue = head.expectsContinue && head.framing != .none
  }

  /// Without the query, which may hold secrets.
  var path: String { String(decoding: head.target.utf8.prefix(pathLength), as: UTF8.self) }

  func incoming(body: [UInt8]?) -> IncomingRequest {
    IncomingRequest(
      method: head.method, target: head.target, pathLength: pathLength, captures: captures, headers: head.headers,
      opaque: head.opaque, body: body, client: client, authority: head.host, framing: head.framing)
  }
}

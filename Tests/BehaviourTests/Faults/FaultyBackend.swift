/// A backend that a row's fault comes from, and that can be well afterwards. Confined to its test.
final class FaultyBackend {
  static let well = #"{"well":true}"#

  /// The addresses of the backend; where there are two, the fault comes from the first.
  let urls: [String]
  /// Further settings of the backend, in YAML's flow style.
  private(set) var settings = "connectTimeout: 10s"
  private let origin: FaultyOrigin
  private let server: ScriptedBackend?
  private let held: [AnyObject]

  init(_ origin: FaultyOrigin) throws {
    self.origin = origin
    switch origin {
    case .answer(let script):
      let server = try ScriptedBackend(script)
      (self.server, urls, held) = (server, [server.url], [])
    case .http2(let script):
      let server = try ScriptedBackend(streamsBodies: true) { _ in .http2(script) }
      (self.server, urls, held) = (server, [server.url], [])
      settings += ", http: 2-prior-knowledge"
    case .deadEnd(let kind):
      let end = try DeadEnd(kind)
      let server = try ScriptedBackend(json: Self.well)
      (self.server, urls, held) = (server, [end.url, server.url], [end])
      if kind == .silent { settings = "connectTimeout: 1s" }
    case .unknownName:
      let server = try ScriptedBackend(json: Self.well)
      (self.server, urls, held) = (server, ["http://no-such-name.invalid", server.url], [])
    case .certificate(let kind):
      let servers = try [kind, .good].map { try TLSFileServer($0, answer: Self.well) }
      (server, urls, held) = (nil, servers.map(\.url), servers)
      settings += ", tls: { ca: \(try Certificates.shared.get().authority) }"
    }
  }

  /// How many requests it has got.
  var requestCount: Int { server?.requests.count ?? 0 }

  /// From now on every answer is `well`.
  func recover() {
    switch origin {
    case .answer: server?.restart { _ in .json(Self.well) }
    case .http2: server?.restart { _ in .http2 { try $0.answer(.json(Self.well), on: $0.nextStream()) } }
    case .deadEnd, .unknownName, .certificate: break
    }
  }

  func stop() { server?.stop() }
}

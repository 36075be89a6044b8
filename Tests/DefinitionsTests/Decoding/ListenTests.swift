import Messages
import Plans
import Testing

@testable import Definitions

@Suite struct ListenTests {
  private static func process(_ gateway: String) throws -> ProcessPlan {
    let files = [("gateway.yaml", gateway), ("shop.yaml", "routes: { GET /a: { response: 1 } }")]
    return try DefinitionLoader.load(files: files, environment: ["PORT": "9"]).get().plan.process
  }

  private static func tcp(_ host: String, _ port: Int) -> ListenerPlan.Address {
    .tcp(ListenAddress(host: host, port: port))
  }

  @Test(arguments: [
    ("", [tcp("0.0.0.0", 8080)]), ("listen: 127.0.0.1:80", [tcp("127.0.0.1", 80)]),
    ("listen: \"127.0.0.1:${env.PORT}\"", [tcp("127.0.0.1", 9)]), ("listen: { address: \"[::]:80\" }", [tcp("::", 80)]),
    ("listen: [a:80, { address: a:81 }]", [tcp("a", 80), tcp("a", 81)]),
    ("listen: [a:0, a:0]", [tcp("a", 0), tcp("a", 0)]),
    ("listen: unix:/run/weft.sock", [.unix(path: "/run/weft.sock", mode: 0o660)]),
    ("listen: { address: unix:/a, mode: \"0600\" }", [.unix(path: "/a", mode: 0o600)]),
    ("listen: { address: unix:/a, mode: 0666 }", [.unix(path: "/a", mode: 0o666)]),
    ("listen: { address: unix:/a, mode: 640 }", [.unix(path: "/a", mode: 0o640)]),
  ])
  func addresses(_ gateway: String, _ addresses: [ListenerPlan.Address]) throws {
    #expect(try Self.process(gateway).listeners.map(\.address) == addresses)
  }

  @Test func plainListeners() throws {
    let listeners = try Self.process(
      """
      listen:
        - { address: "a:1", http2: cleartext, proxyProtocol: true }
        - { address: "a:2", redirect: https, port: 8443 }
        - { address: "a:3", redirect: https, proxyProtocol: true }
        - { address: "a:4", http2: false }
        - { address: "unix:/a", proxyProtocol: true }
      trustedProxies: [10.0.0.0/8]
      """
    ).listeners
    #expect(listeners.map(\.http2) == [.cleartext, .off, .off, .off, .off])
    #expect(listeners.map(\.proxyProtocol) == [true, false, true, false, true])
    #expect(listeners.map(\.redirect) == [nil, .init(port: 8443), .init(), nil, nil])
    #expect(listeners.allSatisfy { $0.tls == nil })
  }

  /// A socket's peers are those who may open its file.
  @Test func aSocketNeedsNoTrustedProxies() throws {
    #expect(try Self.process("listen: { address: unix:/a, proxyProtocol: true }").listeners[0].proxyProtocol)
  }
}

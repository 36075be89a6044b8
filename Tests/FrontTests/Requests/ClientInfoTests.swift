import NIOCore
import NIOHTTP1
import Plans
import Testing

@testable import Front
@testable import HTTP1

@Suite struct ClientInfoTests {
  private func info(
    _ lines: [String], peer: String = "10.0.0.1", version: String = "1.1", by family: ForwardedBy? = nil
  ) throws -> ClientInfo {
    let trusted = TrustedProxies(["10.0.0.0/8", "fd00::/8"], family: family)
    var parser = RequestParser(maxHeadBytes: 8192)
    var buffer = ByteBuffer(string: "GET / HTTP/\(version)\r\nHost: shop.example:8080\r\n")
    for line in lines { buffer.writeString(line + "\r\n") }
    buffer.writeString("\r\n")
    let head = try #require(try parser.nextHead(&buffer))
    var random = RandomIDs()
    return ClientInfo(
      head, peer: Peer(try SocketAddress(ipAddress: peer, port: 1), trusted), scheme: "http", trusted: trusted, &random)
  }

  private func sent(_ info: ClientInfo, _ name: String) -> String? {
    let lines = info.forwardingLines()?.text.split(separator: "\r\n") ?? []
    return lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
  }

  @Test func aStrangerIsNotBelieved() throws {
    let info = try info(
      [
        "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil", "X-Request-Id: mine",
        "Forwarded: for=2.2.2.2", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate: a=b",
      ], peer: "203.0.113.9")
    #expect(info.address == "203.0.113.9")
    #expect(info.scheme == "http")
    #expect(info.host == "shop.example:8080")
    #expect(info.requestID.count == 32)
    #expect(sent(info, "X-Forwarded-For") == "203.0.113.9")
    #expect(sent(info, "X-Forwarded-Proto") == "http")
    #expect(sent(info, "X-Forwarded-Host") == "shop.example:8080")
    #expect(sent(info, "Forwarded") == "for=203.0.113.9;proto=http;host=\"shop.example:8080\"")
    #expect(sent(info, "Via") == "1.1 \(Via.pseudonym)")
    #expect(sent(info, "X-Real-IP") == "203.0.113.9")
    #expect(sent(info, "X-Request-Id") == info.requestID)
    #expect(sent(info, "tracestate") == nil)
    #expect(sent(info, "traceparent")?.hasPrefix("00-0af7") == false)
    #expect(sent(info, "traceparent")?.utf8.count == 55)
  }

  /// What a client wrote before the comma of a trusted proxy must not hide it: to `Character`, U+0600 and the comma
  /// are one.
  @Test(arguments: ["X-Forwarded-For: \u{600}, 203.0.113.9", "Forwarded: for=\u{600},for=203.0.113.9"])
  func aClientCannotHideItsAddress(line: String) throws {
    #expect(try info([line]).address == "203.0.113.9")
  }

  @Test func aTrustedProxyIsContinued() throws {
    let info = try info([
      "X-Forwarded-For: 1.1.1.1, 203.0.113.9", "X-Forwarded-For: 10.0.0.7", "X-Forwarded-Proto: https",
      "X-Forwarded-Host: shop.example", "X-Request-Id: abc-1", "Via: 1.1 edge",
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "tracestate: a=b",
    ])
    #expect(info.address == "203.0.113.9")
    #expect(info.scheme == "https")
    #expect(info.host == "shop.example")
    #expect(info.requestID == "abc-1")
    #expect(sent(info, "X-Forwarded-For") == "1.1.1.1, 203.0.113.9, 10.0.0.7, 10.0.0.1")
    #expect(
      sent(info, "Forwarded")
        == "for=1.1.1.1, for=203.0.113.9, for=10.0.0.7, for=10.0.0.1;proto=https;host=shop.example")
    #expect(sent(info, "Via") == "1.1 edge, 1.1 \(Via.pseudonym)")
    #expect(sent(info, "X-Real-IP") == "203.0.113.9")
    let trace = try #require(sent(info, "traceparent"))
    #expect(trace.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
    #expect(trace.hasSuffix("-00"))
    #expect(!trace.contains("b7ad6b7169203331"))
    #expect(sent(info, "tracestate") == "a=b")
  }

  @Test func forwardedAlone() throws {
    let info = try info(["Forwarded: for=\"[2001:db8::1]:4711\";proto=https;host=\"a.example:1\", For=10.0.0.2"])
    #expect(info.address == "2001:db8::1")
    #expect(info.scheme == "https")
    #expect(info.host == "a.example:1")
    #expect(sent(info, "X-Forwarded-For") == "2001:db8::1, 10.0.0.2, 10.0.0.1")
    #expect(
      sent(info, "Forwarded") == "for=\"[2001:db8::1]:4711\";proto=https;host=\"a.example:1\", For=10.0.0.2, "
        + "for=10.0.0.1;proto=https;host=\"a.example:1\"")
  }

  static let mixed = [
    "X-Forwarded-For: 5.6.7.8", "Forwarded: for=6.6.6.6;proto=https;host=evil.example", "X-Forwarded-Host: a.example",
  ]

  @Test(arguments: [nil, ForwardedBy.xForwarded]) func whatIsOfTheOtherFamilyIsTheClients(by family: ForwardedBy?)
    throws
  {
    let info = try info(Self.mixed, by: family)
    #expect([info.address, info.scheme, info.host] == ["5.6.7.8", "http", "a.example"])
    #expect(sent(info, "X-Forwarded-For") == "5.6.7.8, 10.0.0.1")
    #expect(sent(info, "Forwarded") == "for=5.6.7.8, for=10.0.0.1;proto=http;host=a.example")
  }

  @Test func forwardedByForwarded() throws {
    let info = try info(Self.mixed, by: .forwarded)
    #expect([info.address, info.scheme, info.host] == ["6.6.6.6", "https", "evil.example"])
    #expect(sent(info, "X-Forwarded-For") == "6.6.6.6, 10.0.0.1")
    #expect(sent(info, "X-Forwarded-Host") == "evil.example")
  }

  @Test(arguments: [nil, ForwardedBy.xForwarded, .forwarded]) func noFamilyAtAll(by family: ForwardedBy?) throws {
    let info = try info(["X-Forwarded-For: , ", "X-Real-IP: 6.6.6.6"], by: family)
    #expect([info.address, info.scheme, info.host] == ["10.0.0.1", "http", "shop.example:8080"])
    #expect(sent(info, "X-Forwarded-For") == "10.0.0.1")
    #expect(sent(info, "X-Real-IP") == "10.0.0.1")
  }

  @Test(arguments: [
    ("1.1.1.1, 10.0.0.7", "https, http", "shop.example, edge.example", ["1.1.1.1", "https", "shop.example"]),
    ("1.1.1.1, 10.0.0.7", "https", "shop.example", ["1.1.1.1", "https", "shop.example"]),
    ("6.6.6.6, 1.1.1.1, 10.0.0.7", "x, https, http", "evil, shop.example, edge", ["1.1.1.1", "https", "shop.example"]),
    ("1.1.1.1", "https, http", "evil.example, shop.example", ["1.1.1.1", "http", "shop.example"]),
    ("10.0.0.8, 10.0.0.7", "https, http", "shop.example, edge", ["10.0.0.8", "https", "shop.example"]),
    ("unknown", "https", "a, shop.example", ["10.0.0.1", "https", "shop.example"]),
  ])
  func elementsBelongToHops(addresses: String, schemes: String, hosts: String, told: [String]) throws {
    let info = try info([
      "X-Forwarded-For: \(addresses)", "X-Forwarded-Proto: \(schemes)", "X-Forwarded-Host: \(hosts)",
    ])
    #expect([info.address, info.scheme, info.host] == told)
  }

  @Test(arguments: [
    ("for=6.6.6.6;proto=https;host=evil, for=1.1.1.1;proto=http;host=a.example, for=10.0.0.7", "1.1.1.1", "a.example"),
    ("for=6.6.6.6;host=evil;proto=https, for=1.1.1.1", "1.1.1.1", "shop.example:8080"),
    ("proto=http;host=a.example", "10.0.0.1", "a.example"),
    ("proto=https;host=evil;for=\", for=1.1.1.1;proto=http", "10.0.0.1", "shop.example:8080"),
  ])
  func elementsOfForwarded(header: String, address: String, host: String) throws {
    let info = try info(["Forwarded: \(header)"])
    #expect([info.address, info.scheme, info.host] == [address, "http", host])
    #expect(sent(info, "Forwarded")?.hasSuffix("for=10.0.0.1;proto=http;host=\(quoted(host))") == true)
  }

  private func quoted(_ host: String) -> String { host.contains(":") ? "\"\(host)\"" : host }

  @Test func anIPv6PeerIsQuoted() throws {
    let info = try info([], peer: "2001:db8::5")
    #expect(sent(info, "Forwarded") == "for=\"[2001:db8::5]\";proto=http;host=\"shop.example:8080\"")
    #expect(sent(info, "X-Forwarded-For") == "2001:db8::5")
  }

  @Test(arguments: [
    ("10.0.0.3, 10.0.0.2", "10.0.0.3"), ("1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"), ("garbage", "10.0.0.1"),
    ("8.8.8.8:1234", "8.8.8.8"), ("9.9.9.9, 8.8.8.8", "8.8.8.8"),
  ])
  func theClientIsTheRightMostStranger(header: String, client: String) throws {
    #expect(try info(["X-Forwarded-For: \(header)"]).address == client)
  }

  @Test(arguments: ["a b", "", "x\"y", "<script>", String(repeating: "a", count: 129), "gr\u{FC}n"])
  func insaneRequestIDs(id: String) throws {
    let info = try info(["X-Request-Id: \(id)"])
    #expect(info.requestID != id)
    #expect(info.requestID.count == 32)
  }

  @Test(arguments: [
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
    "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
  ])
  func badTraceparents(header: String) throws {
    let info = try info(["traceparent: \(header)"])
    #expect(sent(info, "traceparent")?.lowercased().contains("0af7651916cd43dd8448eb211c80319c") == false)
  }

  @Test func aLaterTraceVersionIsContinued() throws {
    let info = try info(["traceparent: 01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what"])
    #expect(sent(info, "traceparent")?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
  }

  @Test func insaneProtoAndHostAreDropped() throws {
    let info = try info(["X-Forwarded-Proto: gopher", "X-Forwarded-Host: a/b"])
    #expect(info.scheme == "http")
    #expect(info.host == "shop.example:8080")
  }

  @Test func viaTellsTheVersion() throws {
    #expect(sent(try info([], version: "1.0"), "Via") == "1.0 \(Via.pseudonym)")
  }

  @Test func idsDiffer() {
    var random = RandomIDs()
    let ids = Set((0..<1000).map { _ in RandomIDs.hex(random.next(), random.next()) })
    #expect(ids.count == 1000)
    #expect(ids.allSatisfy { $0.utf8.count == 32 })
  }
}

import Front
import TestInputs
import TestServers
import Testing

@testable import Proxying

@Suite struct HopByHopTests {
  @Test(arguments: [
    "Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Connection",
    "Proxy-Authorization", "Proxy-X", "Proxy-Some",
    "X-Private", "x-other",
  ])
  func notPassedOn(name: String) {
    #expect(HopByHop(connection: ["close, X-Private", "X-OTHER"]).contains(name))
  }

  /// Ten times as many as the largest head has room for: a few looks at each, and at each that is looked up.
  @Test func manyNames() {
    let texts = (0..<450_000).map { "x-\($0)" }
    let lines = [texts.joined(separator: ","), texts.joined(separator: ", ")]
    let looks = Looks()
    let names = HopByHop.names(in: lines) { Counted($0, looks) }
    #expect(names.count == texts.count)
    #expect(looks.count < 2 * texts.count * 16)
    looks.count = 0
    #expect(texts.count { names.contains(Counted($0, looks)) } == texts.count)
    #expect(looks.count < texts.count * 16)
    let hops = HopByHop(connection: lines)
    #expect(hops.contains("X-449999") && !hops.contains("x"))
  }

  @Test(arguments: ["Accept", "Authorization", "Cookie", "Content-Type", "Prox", "Trailers", "X-Private2", "ETag"])
  func passedOn(name: String) {
    #expect(!HopByHop(connection: ["close, X-Private"]).contains(name))
  }
}

import Front
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

  /// Work that grows with the square of their number would take hours here.
  @Test(.timeLimit(.minutes(15))) func manyNames() {
    let names = (0..<450_000).map { "x-\($0)" }
    let hops = HopByHop(connection: [names.joined(separator: ","), names.joined(separator: ", ")])
    let count = names.count { hops.contains($0) }
    #expect(count == names.count)
    #expect(!hops.contains("x"))
  }

  @Test(arguments: ["Accept", "Authorization", "Cookie", "Content-Type", "Prox", "Trailers", "X-Private2", "ETag"])
  func passedOn(name: String) {
    #expect(!HopByHop(connection: ["close, X-Private"]).contains(name))
  }
}

import Testing

@testable import Front

@Suite struct HopByHopTests {
  @Test(arguments: [
    "Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Connection",
    "Proxy-Authorization", "Proxy-X", "Proxy-Some",
    "X-Private", "x-other",
  ])
  func notPassedOn(name: String) {
    #expect(HopByHop(connection: ["close, X-Private", "X-OTHER"]).contains(name))
  }

  @Test(arguments: ["Accept", "Authorization", "Cookie", "Content-Type", "Prox", "Trailers", "X-Private2", "ETag"])
  func passedOn(name: String) {
    #expect(!HopByHop(connection: ["close, X-Private"]).contains(name))
  }
}

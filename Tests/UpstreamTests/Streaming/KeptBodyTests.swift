import Testing

@testable import Upstream

struct KeptBodyTests {
  private func replay(_ body: inout KeptBody, piece: Int = 100) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: piece)
      guard let count = buffer.withUnsafeMutableBytes({ body.replay(into: $0) }) else { return all }
      all += buffer[..<count]
    }
  }

  private func keep(_ body: inout KeptBody, _ text: String) {
    Array(text.utf8).withUnsafeBytes { body.keep($0) }
  }

  @Test(arguments: [1, 2, 5, 100]) func whatWentOutIsGivenAgainAfterEachRewind(piece: Int) {
    var body = KeptBody(bound: 10)
    #expect(replay(&body).isEmpty)
    keep(&body, "hel")
    keep(&body, "lo")
    #expect(replay(&body).isEmpty, "it went out just now")
    for _ in 0..<2 {
      body.rewind()
      #expect(replay(&body, piece: piece) == Array("hello".utf8))
    }
    keep(&body, "!")
    body.rewind()
    #expect(replay(&body, piece: piece) == Array("hello!".utf8))
    #expect(!body.isLost)
  }

  @Test func overTheBoundNothingIsKept() {
    var body = KeptBody(bound: 5)
    keep(&body, "hello")
    #expect(!body.isLost)
    keep(&body, "!")
    #expect(body.isLost)
    keep(&body, "?")
    body.rewind()
    #expect(replay(&body).isEmpty)
  }
}

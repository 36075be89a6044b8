import Glibc
import Testing

@testable import Gateway

/// Descriptors on their way from one process to another.
@Suite struct PassedSocketsTests {
  private func pair() throws -> (CInt, CInt) {
    var ends: [CInt] = [0, 0]
    try #require(socketpair(AF_UNIX, CInt(truncatingIfNeeded: SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  @Test func theyArriveWithWhatTheyAre() throws {
    let (one, other) = try pair()
    defer { for end in [one, other] { close(end) } }
    let sent: [(descriptor: CInt, kind: PassedSockets.Kind)] = [(one, .own), (other, .held), (one, .door)]
    #expect(PassedSockets.send(sent, on: one))
    let received = try #require(PassedSockets.receive(on: other))
    #expect(received.map(\.kind) == [.own, .held, .door])
    for descriptor in received.map(\.descriptor) {
      #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
      close(descriptor)
    }
  }

  @Test func asManyAsThereMayBe() throws {
    let (one, other) = try pair()
    defer { for end in [one, other] { close(end) } }
    let most = [(descriptor: CInt, kind: PassedSockets.Kind)](repeating: (one, .own), count: PassedSockets.most)
    #expect(PassedSockets.send(most, on: one))
    let received = try #require(PassedSockets.receive(on: other))
    #expect(received.count == PassedSockets.most)
    for descriptor in received.map(\.descriptor) { close(descriptor) }
  }

  @Test(arguments: ["", "weft takeover 2\n", "weft takeover 1\noo"])
  func anythingElseIsRefused(_ text: String) throws {
    let (one, other) = try pair()
    defer { close(other) }
    if !text.isEmpty { _ = send(one, text, text.utf8.count, 0) }
    close(one)
    #expect(PassedSockets.receive(on: other) == nil)
  }

  @Test func aNameIsListenedOnOnce() throws {
    let name = "test-\(getpid()):1"
    #expect(TakeoverAddress.connect(name) == nil && errno == ECONNREFUSED)
    let descriptor = try #require(TakeoverAddress.listen(name))
    defer { close(descriptor) }
    #expect(TakeoverAddress.listen(name) == nil)
    let connection = try #require(TakeoverAddress.connect(name))
    #expect(TakeoverAddress.isOwn(connection))
    close(connection)
  }
}

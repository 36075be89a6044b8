import Foundation
import Glibc
import Messages
import NIOPosix
import Plans
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import Listening

/// Listening sockets that another process has made.
@Suite struct HandedSocketTests {
  /// A socket that listens on loopback; the caller closes it.
  private func listening(_ family: CInt = AF_INET) throws -> CInt {
    let descriptor = socket(family, CInt(truncatingIfNeeded: SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0 && listen(descriptor, 16) == 0)
    return descriptor
  }

  private func address(_ text: String) -> ListenerPlan.Address { ListenerPlan.Address(text)! }

  @Test func itsAddressIsTold() throws {
    let descriptor = try listening()
    let socket = try HandedSocket(descriptor, isHeld: false)
    guard case .tcp(let own) = socket.address else { throw Unexpected(what: "\(socket.address)") }
    #expect(own.host == "0.0.0.0" && own.port > 0)
    #expect(socket.serves(address("0.0.0.0:\(own.port)")) && socket.serves(address("[::]:\(own.port)")))
    #expect(!socket.serves(address("127.0.0.1:\(own.port)")) && !socket.serves(address("0.0.0.0:0")))
    #expect(!socket.serves(address("unix:/run/weft.sock")))
    close(descriptor)
  }

  @Test func aFileIsNone() throws {
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    #expect(throws: HandedSocketFault.self) { try HandedSocket(descriptor, isHeld: true) }
    let unbound = socket(AF_INET, CInt(truncatingIfNeeded: SOCK_STREAM.rawValue), 0)
    defer { close(unbound) }
    #expect(throws: HandedSocketFault.self) { try HandedSocket(unbound, isHeld: true) }
  }

  @Test(
    arguments: [
      [:], ["LISTEN_FDS": "1"], ["LISTEN_FDS": "1", "LISTEN_PID": "1"], ["LISTEN_FDS": "x", "LISTEN_PID": "OWN"],
      ["LISTEN_FDS": "-1", "LISTEN_PID": "OWN"], ["LISTEN_FDS": "100000", "LISTEN_PID": "OWN"],
    ])
  func whatIsForAnotherProcessIsLeft(_ variables: [String: String]) throws {
    let variables = variables.mapValues { $0 == "OWN" ? "\(getpid())" : $0 }
    #expect(try HandedSocket.ofSupervisor(variables).isEmpty)
  }

  @Test func whatNobodyTakesIsClosedAndTold() throws {
    let sockets = try [listening(), listening(), listening()]
    let handed = try sockets.enumerated().map { try HandedSocket($1, isHeld: $0 != 1) }
    let kept = HandedSockets(handed)
    #expect(kept.take(handed[0].address)?.descriptor == sockets[0])
    #expect(kept.take(handed[0].address) == nil)
    #expect(kept.closeRest() == [handed[2].address])
    #expect(fcntl(sockets[1], F_GETFD) == -1 && fcntl(sockets[2], F_GETFD) == -1)
    close(sockets[0])
  }

  /// Whoever waits to be accepted is left to the next process, and not reset.
  @Test(arguments: [true, false])
  func whoWaitsIsLeft(isHeld: Bool) async throws {
    let descriptor = try listening()
    let copy = dup(descriptor)
    defer { close(copy) }
    let socket = try HandedSocket(descriptor, isHeld: isHeld)
    guard case .tcp(let own) = socket.address else { throw Unexpected(what: "\(socket.address)") }
    try await withTaskExecutorPreference(ThreadPerJob.shared) {
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let server = try await HTTPServer.start(
        [ListenerPlan(socket.address)], group: group, site: Site(hello.map { ($0, [], $1) }), settings: testSettings(),
        handed: HandedSockets([socket]))
      let client = try RawSocket(port: own.port)
      try client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "hello")
      #expect(await server.drain(within: .seconds(60), isLeft: !isHeld))
      let waiting = try RawSocket(port: own.port)
      try waiting.send("hi")
      let accepted = accept(copy, nil, nil)
      try #require(accepted >= 0)
      let next = RawSocket(accepted)
      #expect(try next.receive(exactly: 2) == Array("hi".utf8))
      try await group.shutdownGracefully()
    }
  }
}

private struct Unexpected: Error {
  let what: String
}

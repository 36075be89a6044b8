import Foundation
import Testing

extension Behaviour.HTTP2HostileTests {
  // MARK: Slow ones, and those who leave

  @Test func slowBodiesOnAllStreams() throws {
    try withGateway { gateway, _ in
      let clients = try (0..<3).map { _ in try HTTP2Client(port: gateway.port) }
      for client in clients {
        for number in 0..<100 {
          try client.request(Self.id(number), "POST", "/body", ends: false)
          try client.data(Self.id(number), [0x20])
        }
      }
      #expect(gateway.waitForHealth { $0["bodiesInFlight"]?.number == 300 })
      try expectServed(gateway)
      for client in clients { client.stream.close() }
      #expect(gateway.waitForHealth { $0["bodiesInFlight"]?.number == 0 })
    }
  }

  @Test func halfAHeaderBlockHeldOpen() throws {
    try withGateway("timeouts: { idle: 1s }\n") { gateway, _ in
      let client = try HTTP2Client(port: gateway.port)
      try client.send(.headers, 1, on: 1, Array(HTTP2Client.block(HTTP2Client.head()).prefix(10)))
      try expectServed(gateway)
      _ = try client.end()
      #expect(client.answers.isEmpty)
    }
  }

  @Test(arguments: [false, true])
  func clientsThatLeaveWithin(_ resets: Bool) throws {
    try withGateway { gateway, backend in
      let request = HTTP2Client.frame(.headers, 5, 1, HTTP2Client.block(HTTP2Client.head("GET", "/p/hang")))
      let upload =
        HTTP2Client.frame(.headers, 4, 3, HTTP2Client.block(HTTP2Client.head("POST", "/p/hang")))
        + HTTP2Client.frame(.data, 0, 3, Array("some".utf8))
      let all = HTTP2Client.frame(.settings, 0, 0, []) + request + upload
      for end in stride(from: 0, through: all.count, by: 7) {
        let client = try HTTP2Client(port: gateway.port, settings: nil)
        try client.stream.write(HTTP2Client.preface + all.prefix(end))
        if resets { client.stream.reset() } else { client.stream.close() }
      }
    }
  }

  @Test func whatFollowsAConnectionErrorIsNotLookedAt() throws {
    try withGateway { gateway, backend in
      let client = try HTTP2Client(port: gateway.port)
      try client.request(1, "GET", "/p/hang")
      backend.waitForRequests(1)
      try client.data(5, [1])
      #expect(try client.wait { client.goAway != nil })
      for id: UInt32 in [7, 9, 11] { try? client.request(id, "GET", "/p/after") }
      #expect(try client.end() == .protocolError)
      #expect(backend.waitForAbandonments(1))
      try expectServed(gateway)
      #expect(backend.requests.map(\.target) == ["/hang"])
    }
  }

  /// Both have said GOAWAY; there is no second one to say.
  @Test func anErrorBehindGoAwayEndsTheConnection() throws {
    try withGateway { gateway, _ in
      let client = try HTTP2Client(port: gateway.port)
      try client.send(.goAway, on: 0, HTTP2Client.bytes(0) + HTTP2Client.bytes(0))
      try client.send(.ping, on: 0, [1])
      _ = try client.end()
    }
  }
}

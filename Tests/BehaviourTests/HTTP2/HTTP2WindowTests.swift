import Foundation
import Testing

extension Behaviour {
  /// How much of what clients send may wait in the gateway: of a stream, and of all of a connection.
  @Suite struct HTTP2WindowTests {
    private static let definition = """
      backends: { b1: { url: "${env.B1}", maxConcurrent: 1, connectTimeout: 60s } }
      routes:
        GET /static: { response: ok }
        ANY /p/*rest: { proxy: "b1 /${path.rest}" }
      """

    /// What a proxied request takes before its backend does, and a frame that is still being read.
    private static let buffered = 64 * 1024 + (1 << 14)
    private static let firstWindow = 65_535

    /// A backend that takes one request at a time, and the first one only when `free` says so.
    private func withGateway(
      _ body: (GatewayProcess, _ client: HTTP2Client, _ free: Barrier) throws -> Void
    ) throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend {
        $0.target == "/first" ? .json("1").waiting(at: free) : .json("\($0.body.count)")
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "threads: 1\nlisten: { address: \"127.0.0.1:0\", http2: cleartext }\n")
      let client = try HTTP2Client(port: gateway.port)
      try client.request(1, "GET", "/p/first")
      backend.waitForRequests(1)
      try body(gateway, client, free)
      client.stream.close()
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    /// Uploads of one connection, each of which sends all that its windows allow.
    private struct Uploads {
      let client: HTTP2Client
      let size: Int
      var sent: [UInt32: Int] = [:]
      private static let piece = [UInt8](repeating: 120, count: 1 << 14)

      init(_ client: HTTP2Client, _ count: Int, of size: Int) throws {
        (self.client, self.size) = (client, size)
        for number in 1...count {
          let id = UInt32(number * 2 + 1)
          try client.request(id, "POST", "/p/up", [("content-length", "\(size)")], ends: false)
          sent[id] = 0
        }
      }

      var total: Int { sent.values.reduce(0, +) }
      var isWhole: Bool { sent.values.allSatisfy { $0 == size } }

      /// What a stream's window allows, or (0) that of the connection.
      func room(_ id: UInt32) -> Int {
        HTTP2WindowTests.firstWindow + (client.granted[id] ?? 0) - (id == 0 ? total : sent[id] ?? 0)
      }

      mutating func send() throws {
        for id in sent.keys.sorted() {
          while true {
            let count = min(room(id), room(0), size - sent[id]!, Self.piece.count)
            guard count > 0 else { break }
            sent[id]! += count
            try client.data(id, Array(Self.piece[..<count]), ends: sent[id] == size)
          }
        }
      }

      /// The connection's window is used up, and not those of all streams.
      var isConnectionFull: Bool { room(0) == 0 && sent.contains { room($0.key) > 0 } }

      /// Sends until nothing has come for a moment.
      mutating func fill() throws {
        repeat { try send() } while try client.stream.hasInput(waiting: 500) && client.next() != nil
      }

      /// Sends all of them.
      mutating func finish() throws {
        while true {
          try send()
          guard !isWhole, try client.next() != nil else { return }
        }
      }
    }

    @Test func aBodyThatNobodyTakesHasAFirstWindow() throws {
      try withGateway { _, client, free in
        var uploads = try Uploads(client, 1, of: 1_000_000)
        try uploads.fill()
        #expect(uploads.total <= Self.buffered + Self.firstWindow)
        #expect(free.arrive())
        try uploads.finish()
        #expect(try client.answer(to: 3).text == "1000000")
      }
    }

    /// Bodies wait for their turn, and none keeps the one whose turn it is from its end.
    @Test func bodiesThatWaitShareTheConnection() throws {
      try withGateway { gateway, client, free in
        var uploads = try Uploads(client, 9, of: 200_000)
        try uploads.fill()
        let bound = 9 * (Self.buffered + Self.firstWindow)
        #expect(uploads.total <= bound && !uploads.isWhole, "\(uploads.total) of at most \(bound) bytes")
        #expect(client.answers.count == 0)
        // Whoever sends none is served meanwhile.
        try client.request(101)
        #expect(try client.answer(to: 101).status == 200)
        #expect(free.arrive())
        try uploads.finish()
        for id in uploads.sent.keys.sorted() {
          let text = try client.answer(to: id).text
          #expect(text == "200000")
        }
      }
    }

    /// Bodies that were given a full window and are taken no further count for all of the connection.
    @Test func aConnectionHasAWindowOfItsOwn() throws {
      let goesOn = Barrier(5)
      let backend = try ScriptedBackend(streamsBodies: true) { _ in
        .custom { stream in
          var left = Self.firstWindow * 3
          while left > 0 { left -= try stream.read().count }
          _ = goesOn.arrive()
        }
      }
      defer { backend.stop() }
      let gateway = try HTTP2Gateway.start(backend)
      let client = try HTTP2Client(port: gateway.port)
      var uploads = try Uploads(client, 4, of: 64 << 20)
      // As long as more is taken, windows come.
      repeat { try uploads.fill() } while try !uploads.isConnectionFull && client.next() != nil
      #expect(uploads.isConnectionFull)
      client.stream.close()
      goesOn.open()
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }
  }
}

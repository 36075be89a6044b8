import TestSockets
import Testing

extension Behaviour {
  /// Backends that fail while a client's body is on its way to them through a proxy.
  @Suite struct UploadFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
      var name: String
      /// The status that the client gets; the body is `ok` where it is the backend's.
      var status: Int
      /// The connection ends before the body does: nobody knows whether it was all.
      var isBrokenOff = false
      var script: @Sendable (TCPStream) throws -> Void

      var testDescription: String { name }
      /// Where the reset comes while more of the body is being sent, only an answer of known length is found.
      var mayBeLost: Bool { isBrokenOff }

      var line: FaultLine {
        let passed = isBrokenOff ? "broken off" : "\(status), passed on"
        let end = mayBeLost ? "\(passed); or 502, where the reset comes during a send" : "\(status)"
        return FaultLine(fault: name, call: "", proxy: end, test: "anUploadBreaksOff")
      }
    }

    static let rows = [
      Row(name: "upload: reset without an answer", status: 502) { $0.reset() },
      Row(name: "upload: closed without an answer", status: 502) { _ in },
      Row(name: "upload: refused by 413, then reset", status: 413) { stream in
        try stream.write("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nok")
        stream.reset()
      },
      Row(name: "upload: answered early by 200, then reset", status: 200) { stream in
        try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        stream.reset()
      },
      Row(name: "upload: answered early by 200 in chunks, then reset", status: 200, isBrokenOff: true) { stream in
        try stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
        stream.reset()
      },
      Row(name: "upload: answered early by 200, then closed", status: 200) { stream in
        try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      },
      Row(name: "upload: taken no further", status: 504) { stream in
        while !stream.peerIsGone(waiting: 100) {}
      },
    ]

    /// More than the kernel's buffers on the way hold.
    static let length = 64 << 20

    @Test(arguments: rows)
    func anUploadBreaksOff(_ row: Row) throws {
      let backend = try ScriptedBackend(streamsBodies: true) { request in
        request.line.hasPrefix("GET")
          ? .json(FaultyBackend.well)
          : .custom { stream in
            _ = try stream.read(count: 100_000)
            try row.script(stream)
          }
      }
      defer { backend.stop() }
      let time = row.status == 504 ? "1s" : "60s"
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}" }
        routes:
          ANY /proxy: { proxy: b1 /x, timeout: \(time), idleTimeout: \(time) }
        """, backends: [backend.url], gateway: "threads: 1\n")
      for _ in 0..<10 {
        let client = try RawClient(port: gateway.port)
        try client.send("POST /proxy", headers: ["Content-Length: \(Self.length)"])
        let stream = client.stream
        startThread { try? Tally().fill(stream, upTo: Self.length) }
        let response = try client.receive(method: "POST")
        stream.shutDown()
        if row.isBrokenOff, response == nil { continue }
        if row.mayBeLost, response?.status == 502, response?.isComplete == true { continue }
        #expect(response?.status == row.status, "\(response as Any)")
        #expect(response?.isComplete == !row.isBrokenOff, "\(response as Any)")
        if row.status < 500 { #expect(response?.text == "ok") }
        if row.status == 504 { break }
      }
      #expect(try gateway.exchange("GET /proxy").text == FaultyBackend.well)
      try gateway.stopInOrder()
    }
  }
}

import TestSockets
import Testing

extension Behaviour {
  /// Backends that fail, or answer, while a request's body is on its way to them.
  @Suite struct UploadFaultTests {
    enum End: String, Sendable { case reset, closed, hangs }

    /// Raw answers, each tried many times, because it is up to chance where in its sending a reset meets libcurl.
    struct Answer: Sendable {
      var status: Int
      var raw: String
    }

    struct Row: Sendable, CustomTestStringConvertible {
      var name: String
      var answers: [Answer] = []
      var end = End.reset
      var isChunked = false
      var isEncrypted = false
      /// The status where there is no answer.
      var status = 502

      var testDescription: String { name }

      var line: FaultLine {
        let end = answers.isEmpty ? "\(status)" : "as it was answered"
        let call = answers.isEmpty || isChunked ? "" : end
        return FaultLine(fault: name, call: call, proxy: end, test: "anUploadBreaksOff")
      }
    }

    static let answers = [
      Answer(status: 413, raw: "HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\n17"),
      Answer(status: 200, raw: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n17"),
      Answer(status: 200, raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n17\r\n0\r\n\r\n"),
    ]

    static let rows =
      [
        Row(name: "upload: reset without an answer"), Row(name: "upload: closed without an answer", end: .closed),
        Row(name: "upload: taken no further", end: .hangs, status: 504),
      ]
      + [false, true].flatMap { isEncrypted in
        [false, true].flatMap { isChunked in
          [End.closed, .reset].map { end in
            Row(
              name: "upload: \(isChunked ? "in chunks" : "of known length")\(isEncrypted ? ", over TLS" : ""), "
                + "answered early by 413 or 200, then \(end.rawValue)",
              answers: answers, end: end, isChunked: isChunked, isEncrypted: isEncrypted)
          }
        }
      }

    /// More than the kernel's buffers on the way hold: an upload that could end would leave a connection to be kept,
    /// over which the next one would meet the end of this.
    static let length = 64 << 20
    /// The same for a body that a definition reads, in JSON.
    static let value = [UInt8](repeating: 120, count: 24 << 20)

    @Test(arguments: rows)
    func anUploadBreaksOff(_ row: Row) throws {
      let backend = try ScriptedBackend(streamsBodies: true) { request in
        request.line.hasPrefix("GET") ? .json(FaultyBackend.well) : .custom { try Self.serve(row, request, $0) }
      }
      defer { backend.stop() }
      let relay = row.isEncrypted ? try TLSRelay(to: backend.port, version: "http/1.1") : nil
      let tls = row.isEncrypted ? ", connectTimeout: 60s, tls: { ca: \(try Certificates.shared.get().authority) }" : ""
      let time = row.status == 504 ? "1s" : "60s"
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}"\(tls) }
        routes:
          ANY /proxy/:n: { proxy: "b1 /${path.n}", timeout: \(time), idleTimeout: \(time) }
          POST /call/:n:
            timeout: 60s
            calls: { v: { request: "POST b1 /${path.n}", body: "${body}", required: true, timeout: 60s } }
        """, backends: [relay?.url ?? backend.url], gateway: "threads: 1\nlimits: { bodyBytes: 32MiB }\n")
      for (index, answer) in row.answers.enumerated() {
        for _ in 0..<Sanitizer.share(of: 10) { Self.checkProxied(try Self.upload(gateway, row, index), answer) }
        guard !row.isChunked else { continue }
        for _ in 0..<2 { try Self.checkCall(gateway, index, answer) }
      }
      for _ in 0..<(row.answers.isEmpty ? row.end == .hangs ? 1 : 10 : 0) {
        let response = try Self.upload(gateway, row, 0)
        #expect(response?.status == row.status && response?.isComplete == true, "\(response as Any)")
      }
      #expect(try gateway.exchange("GET /proxy/0").text == FaultyBackend.well)
      try gateway.stopInOrder()
    }

    private static func serve(_ row: Row, _ request: RecordedRequest, _ stream: TCPStream) throws {
      _ = try stream.read(count: 100_000)
      let index = request.line.split(separator: " ")[1].dropFirst()
      if let index = Int(index), index < row.answers.count { try stream.write(row.answers[index].raw) }
      // What is not sent yet, a reset would take along.
      stream.waitUntilTaken()
      switch row.end {
      case .reset: stream.reset()
      case .closed: break
      case .hangs: while !stream.peerIsGone(waiting: 100) {}
      }
    }

    private static func upload(_ gateway: GatewayProcess, _ row: Row, _ index: Int) throws -> RawResponse? {
      let client = try RawClient(port: gateway.port)
      let framing = row.isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(length)"
      try client.send("POST /proxy/\(index)", headers: [framing])
      let stream = client.stream
      if row.isChunked { try stream.write("\(String(length, radix: 16))\r\n") }
      startThread { try? Tally().fill(stream, upTo: length) }
      defer { stream.shutDown() }
      return try client.receive(method: "POST")
    }

    private static func checkProxied(_ response: RawResponse?, _ answer: Answer) {
      #expect(response?.status == answer.status && response?.isComplete == true, "\(response as Any)")
      #expect(response?.text == "17")
    }

    private static func checkCall(_ gateway: GatewayProcess, _ index: Int, _ answer: Answer) throws {
      let body = [34] + value + [34]
      let response = try RawClient.exchange(port: gateway.port, "POST /call/\(index)", body: body)
      if answer.status == 200 {
        #expect(response.status == 200 && response.text == #"{"v":17}"#, "\(response)")
      } else {
        #expect(response.status == 502)
        #expect(response["Weft-Outcome"]?.hasPrefix("v;outcome=status;status=\(answer.status);") == true, "\(response)")
      }
    }
  }
}

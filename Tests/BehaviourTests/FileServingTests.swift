import Foundation
import Testing

extension Behaviour {
  /// What of `files` takes more than a request and its answer: versions, large files, clients that leave, links.
  @Suite struct FileServingTests {
    private static let definition = "routes:\n  GET /*rest: { files: { dir: public } }\n"

    private func withGateway(_ body: (GatewayProcess, String) throws -> Void) throws {
      let gateway = try GatewayProcess(files: [
        "main.yaml": Self.definition, "public/a.txt": "one", "secret.txt": "secret",
        "gateway.yaml": "threads: 1\nlisten: { address: \"127.0.0.1:0\", http2: cleartext }\n",
      ])
      try body(gateway, gateway.path + "/public")
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    @Test func aVersionIsKnownByTagAndTime() throws {
      try withGateway { gateway, folder in
        func get(_ headers: String...) throws -> RawResponse { try gateway.exchange("GET /a.txt", headers: headers) }
        let first = try get()
        let tag = try #require(first["ETag"])
        let time = try #require(first["Last-Modified"])
        #expect(try get("If-None-Match: \(tag)").status == 304)
        #expect(try get("If-Modified-Since: \(time)").status == 304)
        #expect(try get("If-Match: \(tag)").status == 200)
        #expect(try get("Range: bytes=1-1", "If-Range: \(tag)").text == "n")
        try gateway.write("two", to: "public/a.txt")
        let second = try get("If-None-Match: \(tag)")
        #expect(second.status == 200 && second.text == "two" && second["ETag"] != tag)
        #expect(try get("If-Match: \(tag)").status == 412)
        #expect(try get("Range: bytes=1-1", "If-Range: \(tag)").text == "two")
      }
    }

    /// In several pieces, some of them over HTTP/2, at different paces.
    @Test func aLargeFileArrivesWhole() throws {
      try withGateway { gateway, folder in
        let numbers = [0, 1, 2, 3]
        for number in numbers { try Data(LargeBody.of(number)).write(to: URL(filePath: "\(folder)/\(number)")) }
        let clients = try numbers.map { try RawClient(port: gateway.port, receiveBuffer: $0 == 0 ? 32 * 1024 : nil) }
        for (number, client) in zip(numbers, clients) { try client.send("GET /\(number)") }
        for (number, client) in zip(numbers, clients) {
          #expect(
            try LargeBody.receive(number, from: client, pausing: number == 0 ? 300 : 0) == LargeBody.count(number))
        }
        let copy = "\(gateway.path)/copy"
        let url = "http://127.0.0.1:\(gateway.port)"
        _ = try Curl.run("--http2-prior-knowledge", "-o", copy, "\(url)/1")
        _ = try Curl.run("--http2-prior-knowledge", "-r", "200000-700000", "-o", "\(copy)2", "\(url)/2")
        let copies = [try Data(contentsOf: URL(filePath: copy)), try Data(contentsOf: URL(filePath: "\(copy)2"))]
        #expect(Array(copies[0]) == LargeBody.of(1) && Array(copies[1]) == Array(LargeBody.of(2)[200_000...700_000]))
      }
    }

    /// Half a file must not look whole.
    @Test func aFileThatBecomesShorterIsBrokenOff() throws {
      try withGateway { gateway, folder in
        let path = "\(folder)/sparse"
        #expect(FileManager.default.createFile(atPath: path, contents: nil) && truncate(path, 64 << 20) == 0)
        let client = try RawClient(port: gateway.port, receiveBuffer: 32 * 1024)
        try client.send("GET /sparse")
        let head = try #require(try client.stream.readHead())
        #expect(head["content-length"] == "\(64 << 20)")
        #expect(truncate(path, 0) == 0)
        #expect(try !client.stream.readBody(head, untilCloseByDefault: true).isComplete)
      }
    }

    @Test func whatAClientLeavesIsClosed() throws {
      try withGateway { gateway, folder in
        let path = "\(folder)/sparse"
        #expect(FileManager.default.createFile(atPath: path, contents: nil) && truncate(path, 64 << 20) == 0)
        for number in 0..<8 {
          let client = try RawClient(port: gateway.port, receiveBuffer: 32 * 1024)
          try client.send("GET /sparse")
          _ = try client.stream.readHead()
          #expect(try gateway.hasOpen(path))
          if number % 2 == 0 { client.stream.reset() } else { client.stream.close() }
        }
        // A read that is under way goes on to its end.
        let deadline = Patience.deadline
        while try gateway.hasOpen(path), deadline.timeIntervalSinceNow > 0 { usleep(5_000) }
        #expect(try !gateway.hasOpen(path))
      }
    }

    @Test func noWayLeadsOut() throws {
      try withGateway { gateway, folder in
        for (name, target) in [("up.txt", "../secret.txt"), ("etc", "/etc"), ("all", "..")] {
          try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
        }
        #expect(mkfifo("\(folder)/fifo", 0o600) == 0)
        for path in ["/up.txt", "/etc/hostname", "/all/secret.txt", "/all/main.yaml", "/fifo", "/etc", "/all/"] {
          let answer = try gateway.exchange("GET \(path)")
          #expect(answer.status == 404 && !answer.text.contains("secret"), "\(path)")
        }
      }
    }
  }
}

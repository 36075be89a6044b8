import Messages
import TestSockets
import Testing

@testable import Transfers

/// What goes out and what comes back, whole and as it was.
@Suite(.ownThreads) struct StreamTests {
  @Test(arguments: ["GET", "DELETE", "OPTIONS", "PURGE"])
  func passesAnAnswerOn(method: String) async {
    await withServer(echoServer()) { loop, origin in
      let record = await loop.run(StreamRequest(patient: origin, method: method, target: "/"), StreamProbe())
      #expect(record.word == "ok")
      #expect(record.status == 200)
      #expect(record.text == "\(method) - ")
      #expect(record.endCount == 1)
      #expect(record.callsAfterEnd == 0)
    }
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "GET", "PURGE"])
  func sendsABodyOfKnownLength(method: String) async {
    await withServer(echoServer()) { loop, origin in
      var request = StreamRequest(patient: origin, method: method, target: "/")
      request.bodyLength = .known(6)
      let probe = StreamProbe(body: [.bytes(Array("abc".utf8)), .bytes(Array("def".utf8))])
      #expect(await loop.run(request, probe).text == "\(method) 6 abcdef")
      request.bodyLength = .known(0)
      #expect(await loop.run(request, StreamProbe()).text == "\(method) 0 ")
      request.bodyLength = .unknown
      #expect(
        await loop.run(request, StreamProbe(body: [.bytes(Array("xyz".utf8)), .end])).text == "\(method) chunked xyz")
      #expect(await loop.run(request, StreamProbe(body: [.end])).text == "\(method) chunked ")
    }
  }

  @Test func passesHeadersAsTheyAre() async {
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nSet-Cookie: a=1\r\n")
        peer.send("set-cookie: b=2\r\nX-Folded: one\r\n  two\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n")
        let text = request.lines.joined(separator: "|")
        peer.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\nX-Trailer: t\r\n\r\n")
      }
    }
    await withServer(server) { loop, origin in
      var request = StreamRequest(patient: origin, method: "POST", target: "/x")
      request.headers = [
        HeaderField("accept", "a"), HeaderField("Empty", ""), HeaderField("X", "1"), HeaderField("X", "2"),
      ]
      request.bodyLength = .known(1)
      for _ in 0..<2 {
        let record = await loop.run(request, StreamProbe(body: [.bytes([1])]))
        #expect(record.word == "ok")
        #expect(record.status == 201)
        #expect(
          record.text == "POST /x HTTP/1.1|Host: 127.0.0.1:\(server.port)|accept: a|Empty:|X: 1|X: 2|Content-Length: 1")
        #expect(
          Array(record.headers) == [
            HeaderField("Set-Cookie", "a=1"), HeaderField("set-cookie", "b=2"), HeaderField("X-Folded", "one  two"),
            HeaderField("Empty", ""), HeaderField("Transfer-Encoding", "chunked"),
          ])
        #expect(record.headers["set-cookie"] == "a=1, b=2")
        #expect(record.headers["x-trailer"] == nil)
        #expect(record.trailers["x-trailer"] == "t")
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test(arguments: [204, 304])
  func answersWithoutABody(status: Int) async {
    let server = ScriptedServer(answering: { _ in "HTTP/1.1 \(status) Nothing\r\nETag: x\r\n\r\n" })
    await withServer(server) { loop, origin in
      for _ in 0..<3 {
        let record = await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe())
        #expect(record.word == "ok")
        #expect(record.status == status)
        #expect(record.body.isEmpty)
      }
      // After an answer without a body a connection rests.
      #expect(server.connectionCount <= 3)
    }
  }

  @Test func headHasALengthAndNoBody() async {
    let server = ScriptedServer(answering: { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: \($0.method)\r\n\r\n" })
    await withServer(server) { loop, origin in
      for _ in 0..<3 {
        let record = await loop.run(StreamRequest(patient: origin, method: "HEAD", target: "/"), StreamProbe())
        #expect(record.word == "ok")
        #expect(record.headers["content-length"] == "5")
        #expect(record.headers["x"] == "HEAD")
      }
      #expect(server.connectionCount <= 3)
    }
  }

  @Test func anAnswerThatEndsWithItsConnectionIsWhole() async {
    let server = ScriptedServer { peer in
      _ = peer.readRequest()
      peer.send("HTTP/1.0 200 OK\r\n\r\nhello")
    }
    await withServer(server) { loop, origin in
      let record = await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe())
      #expect(record.word == "ok")
      #expect(record.text == "hello")
    }
  }
}

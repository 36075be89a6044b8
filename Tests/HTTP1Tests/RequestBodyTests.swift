import Foundation
import Messages
import TestServers
import TestSockets
import Testing

@testable import Front
@testable import HTTP1
@testable import Listening

@Suite struct RequestBodyTests {
  private let echo = [
    (
      entry("POST /echo"),
      AnswerEndpoint(body: .buffered(max: 1000)) { Answer(status: 200, body: $0.body ?? Array("none".utf8)) }
        as any Endpoint
    ),
    (entry("ANY /drop"), say("dropped")),
  ]

  @Test func bodiesOfBothFramings() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
      #expect(try client.answer().text == "hello")
      try client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
      #expect(try client.answer().text == "abcde")
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "none")
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
      #expect(try client.answer().text == "none")
    }
  }

  @Test func tooLargeByItsLength() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 413)
      #expect(answer["Connection"] == "close")
      #expect(client.isAtEnd())
    }
  }

  @Test func tooLargeInChunksAndStillReadable() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("400\r\n".utf8) + [UInt8](repeating: 0x61, count: 1024) + Array("\r\n".utf8)
      for _ in 0..<100 { try client.send(chunk) }
      #expect(try client.answer().status == 413)
    }
  }

  @Test func exactlyTheLimit() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      let body = String(repeating: "a", count: 1000)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + body)
      #expect(try client.answer().text == body)
    }
  }

  @Test func continueIsSaidWhenTheBodyIsWanted() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.answer().status == 100)
      try client.send("hello")
      #expect(try client.answer().text == "hello")
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n")
      let refused = try client.answer()
      #expect(refused.status == 413)
      #expect(refused["Connection"] == "close")
    }
  }

  @Test func anUnwantedBodyIsNotAskedFor() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /drop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.text == "dropped")
      #expect(answer["Connection"] == "close")
    }
  }

  @Test func anUnwantedBodyIsReadForTheNextRequest() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send(
        "POST /drop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /drop HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "dropped")
      #expect(try client.answer().text == "dropped")
    }
  }

  @Test func anEndlessUnwantedBodyEndsTheConnection() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /drop HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000000\r\n\r\n")
      let piece = [UInt8](repeating: 0, count: 65536)
      let ended = Signal<Void>()
      Thread {
        while (try? client.send(piece)) != nil {}
        ended.set(())
      }.start()
      #expect(try client.answer().text == "dropped")
      await ended.wait()
    }
  }

  @Test func aBadChunkIsRefused() async throws {
    try await withServer(echo) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
      #expect(try client.answer().status == 400)
      #expect(client.isAtEnd())
    }
  }
}

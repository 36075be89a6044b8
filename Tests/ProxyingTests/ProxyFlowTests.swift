import Foundation
import Front
import TestServers
import TestSockets
import Testing

@testable import Proxying

/// Bodies that stream through: at the pace of the slower side, and no longer than both sides are there.
@Suite struct ProxyFlowTests {
  @Test(arguments: [true, false])
  func bodiesStreamBothWays(isChunked: Bool) async throws {
    let size = 3_000_000
    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let backend = RawBackend { connection in
      let head = try connection.receive(through: "\r\n\r\n")
      let isChunked = head.lowercased().contains("transfer-encoding: chunked")
      try connection.send(
        "HTTP/1.1 200 OK\r\n\(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)")\r\n\r\n")
      var left = size
      while left > 0 {
        let piece: [UInt8]
        if isChunked {
          let length = Int(try connection.receive(through: "\r\n").dropLast(1), radix: 16) ?? 0
          piece = try connection.receive(exactly: length)
          _ = try connection.receive(exactly: 2)
          try connection.send(Array("\(String(length, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A])
        } else {
          piece = try connection.receive()
          try connection.send(piece)
        }
        left -= piece.count
      }
      if isChunked {
        _ = try connection.receive(through: "0\r\n\r\n")
        try connection.send("0\r\n\r\n")
      }
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      Thread {
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
        try? client.send("POST /x HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
        for start in stride(from: 0, to: size, by: 50_000) {
          let piece = Array(body[start..<min(size, start + 50_000)])
          try? client.send(
            isChunked ? Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0D, 0x0A] : piece)
        }
        if isChunked { try? client.send("0\r\n\r\n") }
      }.start()
      let answer = try client.answer()
      #expect(answer.body == body)
      #expect((answer["Transfer-Encoding"] == "chunked") == isChunked)
      #expect((answer["Content-Length"] == nil) == isChunked)
      try client.send("GET /y HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    }
  }

  @Test func aSlowClientSlowsTheBackend() async throws {
    let blocked = Signal<Bool>()
    let resume = Signal<Void>()
    let size = 64 * 1024 * 1024
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      connection.giveUpSending(afterMilliseconds: 300)
      let piece = [UInt8](repeating: 0x61, count: 65536)
      do {
        for _ in 0..<size / 65536 { try connection.send(piece) }
        blocked.set(false)
      } catch { blocked.set(true) }
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port, receiveBuffer: 8192)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await blocked.wait())
      resume.set(())
      #expect(client.receiveAll().count < size)
    }
  }

  @Test func aSlowBackendSlowsTheClient() async throws {
    let done = Signal<Void>()
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      blockUntil(done)
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      let size = 64 * 1024 * 1024
      try client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
      client.giveUpSending(afterMilliseconds: 300)
      #expect(throws: RawSocket.Failure.self) { try client.send([UInt8](repeating: 0, count: size)) }
      done.set(())
    }
  }

  @Test func anEarlyAnswerLeavesTheConnectionUsable() async throws {
    let backend = RawBackend { connection in
      while true {
        let head = try connection.receive(through: "\r\n\r\n")
        if head.hasPrefix("POST") {
          try connection.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
          return
        }
        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
      let answer = try client.answer()
      #expect(answer.status == 403)
      #expect(answer.text == "no")
      try client.send("worldGET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.answer().text == "ok")
    }
  }

  @Test func aClientThatLeavesEndsTheTransfer() async throws {
    let seen = Signal<Void>()
    let ended = Signal<Bool>()
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      seen.set(())
      ended.set(connection.isAtEnd())
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
      await seen.wait()
      client.shut()
      #expect(await ended.wait())
    }
  }

  @Test func aClientThatLeavesAmidItsBodyBreaksTheRequest() async throws {
    let seen = Signal<Void>()
    let rest = Signal<[UInt8]>()
    let backend = RawBackend { connection in
      _ = try connection.receive(through: "\r\n\r\n")
      _ = try connection.receive(exactly: 8)
      seen.set(())
      rest.set(connection.receiveAll())
    }
    try await withProxy(to: backend) { _, port in
      let client = try RawSocket(port: port)
      try client.send("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
      await seen.wait()
      client.shut()
      #expect(await rest.wait().isEmpty)
    }
  }
}

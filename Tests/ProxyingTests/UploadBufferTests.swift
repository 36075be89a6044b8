import Front
import NIOCore
import TestServers
import Testing
import Transfers

@testable import Proxying

@Suite struct UploadBufferTests {
  private func pull(_ buffer: inout UploadBuffer, _ count: Int) -> (text: String, pull: BodyPull, wakes: Bool) {
    var target = [UInt8](repeating: 0, count: count)
    let (pull, wakes) = target.withUnsafeMutableBytes { buffer.pull(into: $0) }
    guard case .bytes(let taken) = pull else { return ("", pull, wakes) }
    return (String(decoding: target[..<taken], as: UTF8.self), pull, wakes)
  }

  @Test func joinsAndSplitsPieces() {
    var buffer = UploadBuffer()
    _ = buffer.add(ByteBuffer(string: "hello"))
    _ = buffer.add(ByteBuffer(string: " world"))
    #expect(pull(&buffer, 7).text == "hello w")
    #expect(pull(&buffer, 7).text == "orld")
    #expect(pull(&buffer, 7).pull == .wait)
  }

  /// As chunks of one byte come: slices of what was read.
  @Test func putsSmallPiecesTogether() {
    let text = String(repeating: "0123456789", count: 3000)
    let read = ByteBuffer(string: text)
    let large = ByteBuffer(string: String(repeating: "x", count: 5000))
    var buffer = UploadBuffer()
    for _ in 0..<2 {
      for index in 0..<read.readableBytes { _ = buffer.add(read.getSlice(at: index, length: 1)!) }
      #expect(buffer.pieces.count <= 1)
      _ = buffer.add(large)
      #expect(buffer.pieces.count <= 3)
      #expect(pull(&buffer, 100_000).text == text + String(repeating: "x", count: 5000))
      #expect(pull(&buffer, 1).pull == .wait)
    }
  }

  @Test func wakesAReaderOnce() {
    var buffer = UploadBuffer()
    let result1 = buffer.add(ByteBuffer(string: "a")).wakes
    #expect(!result1)
    _ = pull(&buffer, 1)
    #expect(pull(&buffer, 1).pull == .wait)
    let result2 = buffer.add(ByteBuffer(string: "a")).wakes
    #expect(result2)
    let result3 = buffer.add(ByteBuffer(string: "a")).wakes
    #expect(!result3)
  }

  /// A writer that had more in its hands when it heard that this is enough is woken all the same.
  @Test func wakesAWriterThatAddsWhileItWaits() {
    var buffer = UploadBuffer()
    let first = buffer.add(ByteBuffer(repeating: 1, count: UploadBuffer.maxBytes)).hasRoom
    let taken = pull(&buffer, UploadBuffer.maxBytes / 4).wakes
    let second = buffer.add(ByteBuffer(repeating: 1, count: 1)).hasRoom
    #expect(!first && !taken && !second)
    let rest = pull(&buffer, UploadBuffer.maxBytes / 2).wakes
    let third = buffer.add(ByteBuffer(repeating: 1, count: 1)).hasRoom
    #expect(rest && third)
  }

  @Test func endsAfterItsBytes() {
    var buffer = UploadBuffer()
    _ = buffer.add(ByteBuffer(string: "a"))
    let result4 = buffer.finish()
    #expect(!result4)
    #expect(pull(&buffer, 4).text == "a")
    #expect(pull(&buffer, 4).pull == .end)
    var waiting = UploadBuffer()
    #expect(pull(&waiting, 4).pull == .wait)
    let result5 = waiting.finish()
    #expect(result5)
  }

  @Test func stopsTheWriterAtItsBound() {
    var buffer = UploadBuffer()
    let half = ByteBuffer(repeating: 1, count: UploadBuffer.maxBytes / 2)
    let result6 = buffer.add(half).hasRoom
    #expect(result6)
    let result7 = buffer.add(half).hasRoom
    #expect(!result7)
    #expect(!pull(&buffer, UploadBuffer.maxBytes / 2).wakes)
    #expect(pull(&buffer, 1).wakes)
    #expect(!pull(&buffer, 1).wakes)
  }

  @Test func anAbortedBodyNeverLooksComplete() {
    var buffer = UploadBuffer()
    _ = buffer.add(ByteBuffer(string: "a"))
    _ = buffer.finish()
    buffer.abort()
    #expect(pull(&buffer, 4).pull == .abort)
  }
}

import Messages
import NIOCore
import Testing

@testable import Idempotency

@Suite struct KeptAnswerTests {
  private let sample = answer(
    "body", status: 422, ["Content-Type": "text/plain", "X-Empty": "", "Link": "<\u{E9}>\t;"])

  @Test func itComesOutAsItWentIn() throws {
    let stored = try #require(sample.stored)
    #expect(KeptAnswer(stored: stored) == sample)
    var fields: [String] = []
    sample.fields.forEachField {
      fields.append("\(String(decoding: $0, as: UTF8.self)): \(String(decoding: $1, as: UTF8.self))")
    }
    #expect(fields == ["Content-Type: text/plain", "X-Empty: ", "Link: <\u{E9}>\t;"])
    let empty = answer("", status: 204)
    #expect(try KeptAnswer(stored: #require(empty.stored)) == empty)
  }

  /// Whatever stands in Redis is an answer, or is none: never a part of one, and never a head that is not one.
  @Test func whatIsNoneIsNotTaken() throws {
    let stored = try #require(sample.stored)
    let headLength = 7 + sample.fields.bytes.readableBytes
    for length in 0..<headLength {
      #expect(KeptAnswer(stored: stored.getSlice(at: 0, length: length)!) == nil)
    }
    var version = stored
    version.setInteger(UInt8(2), at: 0)
    #expect(KeptAnswer(stored: version) == nil)
    for status in [0, 101, 199, 500, 65535] as [UInt16] {
      var other = stored
      other.setInteger(status, at: 1)
      #expect(KeptAnswer(stored: other) == nil)
    }
    for (name, value) in [
      ("", "x"), ("a b", "x"), ("a:", "x"), ("a\r", "x"), ("a", "x\r\nb: c"), ("a", "\0"), ("\u{E9}", "x"),
    ] {
      let forged = answer("", [name: value])
      #expect(try KeptAnswer(stored: #require(forged.stored)) == nil, "\(name) \(value)")
    }
    let long = KeptAnswer(
      status: 200, fields: KeptFields(), body: ByteBuffer(repeating: 0x78, count: KeptAnswer.mostBodyBytes + 1))
    #expect(try KeptAnswer(stored: #require(long.stored)) == nil)
  }
}

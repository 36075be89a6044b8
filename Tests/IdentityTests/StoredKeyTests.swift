import NIOCore
import Redis
import Testing

@testable import Identity

@Suite struct StoredKeyTests {
  private func reply(_ parts: [String]) -> RedisReply { .array(parts.map { .text(ByteBuffer(string: $0)) }) }

  private func fault(_ reply: RedisReply) -> StoredKeyFault? {
    do throws(StoredKeyFault) {
      _ = try StoredKey.entry(reply)
      return nil
    } catch { return error }
  }

  @Test func aHashIsAnEntry() throws {
    let entry = try #require(
      try StoredKey.entry(
        reply([
          "id", "acme", "plan", "gold", "groups", " a,b c ,, d", "expires", "2027-12-31", "disabled", "false", "tenant",
          "7",
          "empty", "",
        ])))
    #expect(entry.id == "acme" && entry.plan == "gold" && entry.groups == ["a", "b c", "d"] && !entry.isDisabled)
    #expect(entry.expires == 1_830_297_600_000)
    #expect(entry.fields.members.map(\.name) == ["tenant", "empty"] && entry.fields["tenant"]?.string == "7")
  }

  @Test func nothingIsNoKey() throws { #expect(try StoredKey.entry(.array([])) == nil) }

  @Test func whatIsNone() {
    #expect(fault(.null) == .reply && fault(reply(["id"])) == .reply && fault(.status("OK")) == .reply)
    #expect(fault(reply(["plan", "gold"])) == .id && fault(reply(["id", ""])) == .id)
    #expect(
      fault(reply(["id", "a", "expires", "soon"])) == .expires && fault(reply(["id", "a", "expires", ""])) == .expires)
    #expect(
      fault(reply(["id", "a", "disabled", "1"])) == .disabled && fault(reply(["id", "a", "disabled", ""])) == .disabled)
    #expect(fault(reply(["id", "a", "subject", "b"])) == .taken("subject"))
    #expect(fault(.array([.text(ByteBuffer(string: "id")), .text(ByteBuffer(bytes: [0xFF]))])) == .text)
    #expect(fault(.array([.text(ByteBuffer(string: "id")), .null])) == .text)
  }

  @Test func itIsBounded() {
    let fields = (0..<StoredKey.mostFields).flatMap { ["f\($0)", "x"] }
    #expect(fault(reply(["id", "a"] + fields.dropLast(2))) == nil && fault(reply(["id", "a"] + fields)) == .size)
    let long = String(repeating: "x", count: StoredKey.mostBytes - 1)
    #expect(fault(reply(["id", long])) == .size && fault(reply(["id", String(long.dropLast())])) == nil)
  }
}

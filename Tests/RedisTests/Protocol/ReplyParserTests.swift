import NIOCore
import TestInputs
import Testing

@testable import Redis

struct ReplyParserTests {
  private func replies(_ text: String, piece: Int = .max) -> (replies: [RedisReply], isBroken: Bool) {
    let parser = ReplyParser()
    var rest = Array(text.utf8)[...]
    var replies: [RedisReply] = []
    while !rest.isEmpty {
      parser.feed(ByteBuffer(bytes: rest.prefix(piece)))
      rest = rest.dropFirst(piece)
      loop: while true {
        switch parser.next() {
        case .reply(let reply): replies.append(reply)
        case .incomplete: break loop
        case .broken: return (replies, true)
        }
      }
    }
    return (replies, false)
  }

  private func text(_ text: String) -> RedisReply { .text(ByteBuffer(string: text)) }

  @Test(arguments: [Int.max, 1, 2, 3, 7])
  func readsEveryKindHoweverItIsCut(_ piece: Int) {
    let stream =
      "+OK\r\n-ERR no\r\n:-42\r\n$3\r\na\r\n\r\n$-1\r\n$0\r\n\r\n*0\r\n*-1\r\n*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n+s\r\n"
    let expected: [RedisReply] = [
      .status("OK"), .error("ERR no"), .integer(-42), text("a\r\n"), .null, text(""), .array([]), .null,
      .array([.integer(1), .array([text("x"), .null]), .status("s")]),
    ]
    let (replies, isBroken) = replies(stream, piece: piece)
    #expect(replies == expected)
    #expect(!isBroken)
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0", "$x\r\n", ":12a\r\n", "*99999999999999999999\r\n",
    "*2000000\r\n", "*65537\r\n", "*2\r\n*32768\r\n" + String(repeating: ":1\r\n", count: 32768) + "*32767\r\n",
    "+" + String(repeating: "x", count: 70_000), "$" + String(repeating: "0", count: 70_000),
    "$99999999999999999999999\r\n",
    "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
  ])
  func refusesWhatIsNoRedis(_ text: String) {
    #expect(replies(text).isBroken)
    #expect(replies("+OK\r\n*2\r\n$1\r\na\r\n" + text).isBroken)
  }

  @Test func readsTheLargestArray() {
    let count = Int(ReplyNode.mostElements)
    let (replies, isBroken) = replies("*\(count)\r\n" + String(repeating: "$1\r\na\r\n", count: count), piece: 16_384)
    #expect(replies.first?.elements?.count == count)
    #expect(!isBroken)
  }

  /// A reader that looks for the line's end from its beginning each time would look at 30 GB here.
  @Test func aLongTextMayComeInPieces() {
    let count = 4 * 1024 * 1024
    let (replies, isBroken) = replies("$\(count)\r\n" + String(repeating: "x", count: count) + "\r\n", piece: 65_536)
    #expect(replies.first?.bytes?.readableBytes == count)
    #expect(!isBroken)
  }

  @Test func survivesAnyBytes() {
    var dice = Dice(seed: 5)
    let letters = Array("+-:$*\r\n0123456789-aOK".utf8)
    for _ in 0..<20_000 {
      let parser = ReplyParser()
      let bytes = (0..<Int.random(in: 1...60, using: &dice)).map { _ in letters.randomElement(using: &dice)! }
      parser.feed(ByteBuffer(bytes: bytes))
      loop: for _ in 0..<100 {
        guard case .reply = parser.next() else { break loop }
      }
    }
  }

  @Test func formatsWithCounts() {
    let command = RedisCommand(["SET", .bytes([0, 13, 10]), .buffer(ByteBuffer(string: "v")), ""])
    #expect(String(buffer: command.bytes) == "*4\r\n$3\r\nSET\r\n$3\r\n\0\r\n\r\n$1\r\nv\r\n$0\r\n\r\n")
    #expect(command.slot == nil)
  }

  /// From the cluster specification and `CLUSTER KEYSLOT`.
  @Test(arguments: [
    ("123456789", 12739 as UInt16), ("foo", 12182), ("{foo}bar", 12182), ("a{foo}b{c}", 12182), ("foo{}{bar}", 8363),
    ("foo{{bar}}zap", 4015), ("", 0),
  ])
  func hashSlots(_ key: String, _ slot: UInt16) {
    #expect(HashSlot.of(Array(key.utf8)) == slot)
  }

  @Test func redirections() {
    #expect(
      Redirection("MOVED 3999 127.0.0.1:6381", from: "h")
        == Redirection("MOVED 3999 127.0.0.1:6381", from: "other"))
    #expect(Redirection("ASK 1 :7000", from: "h")?.endpoint == .host("h", 7000))
    #expect(Redirection("ASK 1 ::1:7000", from: "h")?.endpoint == .host("::1", 7000))
    #expect(Redirection("ASK 1 a:1", from: "h")?.isLasting == false)
    for line in [
      "MOVED", "MOVED x a:1", "MOVED 16384 a:1", "MOVED 1 a", "ERR 1 a:1", "MOVED 1 a:x", "MOVED 1 a:0",
      "MOVED 1 a:65536", "ASK 1 a:99999", "MOVED 1 a:-1", "MOVED 1 a:99999999999999999999",
      "MOVED -1 a:1", "MOVED 70000 a:1",
    ] {
      #expect(Redirection(line, from: "h") == nil)
    }
  }
}

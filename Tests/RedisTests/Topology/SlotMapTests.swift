import Messages
import Testing

@testable import Redis

struct SlotMapTests {
  private func node(_ host: String, _ port: PeerNumber) -> RedisReply {
    .array([.status(host), .integer(port), .status("id")])
  }

  private func slots(_ first: PeerNumber, _ last: PeerNumber, _ node: RedisReply) -> RedisReply {
    .array([.integer(first), .integer(last), node])
  }

  @Test(arguments: [0, -1, 65_536, 70_000, .init(Int64.max), .init(Int64.min)] as [PeerNumber])
  func noSlotMapHasAPortThatIsNone(_ port: PeerNumber) {
    #expect(SlotMap(.array([slots(0, 1, node("a", port))]), askedOf: "h") == nil)
  }

  @Test func slotMapsAreBounded() {
    let tooMany = (0...SlotMap.mostNodes).map { number in
      slots(PeerNumber(Int64(number)), PeerNumber(Int64(number)), node("h\(number)", 1))
    }
    #expect(SlotMap(.array(Array(tooMany.dropLast())), askedOf: "h") != nil)
    #expect(SlotMap(.array(tooMany), askedOf: "h") == nil)
    #expect(SlotMap(.array([slots(0, 9, node("a", 1)), slots(9, 10, node("b", 1))]), askedOf: "h") == nil)
    #expect(SlotMap(.array([slots(.init(Int64.min), .init(Int64.max), node("a", 1))]), askedOf: "h") == nil)
    var map = SlotMap()
    for port in 1...UInt16.max { map.move(port % HashSlot.count, to: .host("a", port)) }
    #expect(map.endpoints.count == SlotMap.mostNodes)
  }

  @Test func slotMapsAreReadAndMoved() {
    let reply = RedisReply.array([
      .array([.integer(0), .integer(100), node("a", 1), node("r", 9)]),
      .array([.integer(101), .integer(16383), node("", 2)]),
    ])
    var map = SlotMap(reply, askedOf: "asked")
    #expect(map?[0] == .host("a", 1) && map?[100] == .host("a", 1) && map?[101] == .host("asked", 2))
    map?.move(100, to: .host("b", 3))
    #expect(map?[100] == .host("b", 3) && map?[99] == .host("a", 1))
    #expect(SlotMap(.status("x"), askedOf: "h") == nil)
    #expect(SlotMap(.array([.array([.integer(5), .integer(16384), node("a", 1)])]), askedOf: "h") == nil)
    #expect(SlotMap()[5] == nil)
  }
}

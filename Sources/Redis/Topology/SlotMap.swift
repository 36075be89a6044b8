import Messages
import Plans

/// The nodes of a cluster, and which has which slots.
struct SlotMap: Sendable {
  /// The bound of nodes, far above the largest cluster, whose specification advises no more than 1,000.
  static let mostNodes = 2048
  private static let none = UInt16.max

  private(set) var endpoints: [RedisEndpoint] = []
  private var numbers: [RedisEndpoint: UInt16] = [:]
  private var owners = [UInt16](repeating: SlotMap.none, count: Int(widening: HashSlot.count))

  init() {}

  /// The map in the reply to `CLUSTER SLOTS`; `nil` where it is none, names too many nodes, or one slot twice.
  /// - Parameter host: of the node that was asked, for a node that does not know its own address.
  init?(_ reply: RedisReply, askedOf host: String) {
    guard let ranges = reply.elements else { return nil }
    for range in ranges {
      guard let parts = range.elements, parts.count >= 3, let first = parts[0].integer?.within(HashSlot.all),
        let last = parts[1].integer?.within(HashSlot.all), first <= last,
        let master = parts[2].elements, master.count >= 2, let port = master[1].integer?.within(1...UInt16.max)
      else { return nil }
      let name = master[0].string.flatMap { $0.isEmpty || $0 == "?" ? nil : $0 } ?? host
      guard let owner = number(of: .host(name, port)) else { return nil }
      for slot in first...last {
        guard owners[Int(widening: slot)] == SlotMap.none else { return nil }
        owners[Int(widening: slot)] = owner
      }
    }
  }

  subscript(slot: UInt16) -> RedisEndpoint? {
    guard HashSlot.all.contains(slot), owners[Int(widening: slot)] != SlotMap.none else { return nil }
    return endpoints[Int(widening: owners[Int(widening: slot)])]
  }

  /// Takes what a node has told by `MOVED`; one node too many is passed over.
  mutating func move(_ slot: UInt16, to endpoint: RedisEndpoint) {
    guard HashSlot.all.contains(slot), let owner = number(of: endpoint) else { return }
    owners[Int(widening: slot)] = owner
  }

  /// The number of a node; `nil` where there are too many.
  private mutating func number(of endpoint: RedisEndpoint) -> UInt16? {
    if let known = numbers[endpoint] { return known }
    guard endpoints.count < SlotMap.mostNodes, let number = UInt16(exactly: endpoints.count) else { return nil }
    endpoints.append(endpoint)
    numbers[endpoint] = number
    return number
  }
}

/// A cluster node's word that a slot is somewhere else: `MOVED 3999 127.0.0.1:6381` for good, `ASK …` for this once.
struct Redirection: Hashable, Sendable {
  var isLasting: Bool
  var slot: UInt16
  var endpoint: RedisEndpoint

  /// - Parameter host: of the node that said it: an empty host means the same.
  init?(_ line: String, from host: String) {
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK",
      let slot = PeerNumber(digits: words[1].utf8)?.within(HashSlot.all),
      let colon = words[2].lastIndex(of: ":"),
      let port = PeerNumber(digits: words[2][words[2].index(after: colon)...].utf8)?.within(1...UInt16.max)
    else { return nil }
    let name = words[2][..<colon]
    isLasting = words[0] == "MOVED"
    self.slot = slot
    endpoint = .host(name.isEmpty ? host : String(name), port)
  }
}

/// The slot, of a cluster's 16,384, that a key belongs to: CRC16 (XMODEM) of the key, or of what stands between its first
/// `{` and the next `}` if that is not empty (Redis Cluster specification, "Hash tags").
enum HashSlot {
  static let count: UInt16 = 16_384
  static let all: ClosedRange<UInt16> = 0...(count - 1)

  static func of(_ key: [UInt8]) -> UInt16 {
    crc(hashed(key)) % count
  }

  private static func hashed(_ key: [UInt8]) -> ArraySlice<UInt8> {
    guard let open = key.firstIndex(of: 0x7B),
      let close = key[(open + 1)...].firstIndex(of: 0x7D), close > open + 1
    else { return key[...] }
    return key[(open + 1)..<close]
  }

  private static let table: [UInt16] = (0..<256).map { byte in
    var crc = UInt16(truncatingIfNeeded: byte) << 8
    for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
    return crc
  }

  private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    bytes.reduce(0) { crc, byte in crc << 8 ^ table[Int(widening: crc >> 8 ^ UInt16(truncatingIfNeeded: byte))] }
  }
}

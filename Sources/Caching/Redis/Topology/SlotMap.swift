import Plans

/// Which node has which slots. Pure.
struct SlotMap: Sendable {
  private static let none = UInt16.max

  private(set) var endpoints: [RedisEndpoint] = []
  private var owners: [UInt16] = []

  init() {}

  /// From the reply to `CLUSTER SLOTS`; `nil` where it is none.
  /// - Parameter host: of the node that was asked, for a node that does not know its own address.
  init?(_ reply: RedisReply, askedOf host: String) {
    guard let ranges = reply.elements else { return nil }
    owners = [UInt16](repeating: SlotMap.none, count: HashSlot.count)
    for range in ranges {
      guard let parts = range.elements, parts.count >= 3, case .integer(let first) = parts[0],
        case .integer(let last) = parts[1], first >= 0, first <= last, last < HashSlot.count,
        let master = parts[2].elements, master.count >= 2, case .integer(let port) = master[1]
      else { return nil }
      let name = master[0].string.flatMap { $0.isEmpty || $0 == "?" ? nil : $0 } ?? host
      let owner = index(of: .host(name, Int(port)))
      for slot in Int(first)...Int(last) { owners[slot] = owner }
    }
  }

  subscript(slot: UInt16) -> RedisEndpoint? {
    guard Int(slot) < owners.count, owners[Int(slot)] != SlotMap.none else { return nil }
    return endpoints[Int(owners[Int(slot)])]
  }

  /// As a node has told by `MOVED`.
  mutating func move(_ slot: UInt16, to endpoint: RedisEndpoint) {
    guard Int(slot) < HashSlot.count else { return }
    if owners.isEmpty { owners = [UInt16](repeating: SlotMap.none, count: HashSlot.count) }
    owners[Int(slot)] = index(of: endpoint)
  }

  private mutating func index(of endpoint: RedisEndpoint) -> UInt16 {
    if let known = endpoints.firstIndex(of: endpoint) { return UInt16(known) }
    endpoints.append(endpoint)
    return UInt16(endpoints.count - 1)
  }
}

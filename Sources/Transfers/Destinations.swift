import Timing

/// The destinations of an origin with a name: one for each of its addresses. Transfers take turns over them.
struct Destinations {
  private(set) var all: [Destination] = []
  private var generation = 0
  private var turn = 0

  /// What is known of an address that stays is kept.
  mutating func update(_ addresses: [String], generation: Int, port: String) {
    guard generation != self.generation else { return }
    self.generation = generation
    let known = Dictionary(all.map { ($0.address, $0) }) { first, _ in first }
    all = addresses.map { known[$0] ?? Destination(address: $0, port: port) }
  }

  /// `nil`: all were tried. Those that could not be connected to of late come last; one for which that is some time
  /// ago is given to one transfer, and to no other until that has found out.
  mutating func next(at now: Instant, avoiding tried: [Destination]) -> Destination? {
    func isLeft(_ destination: Destination) -> Bool { !tried.contains { $0 === destination } }
    if let due = all.first(where: { $0.isShunned && !$0.isShunned(at: now) && isLeft($0) }) {
      due.shun(at: now)
      return due
    }
    return inTurn { !$0.isShunned && isLeft($0) } ?? inTurn(isLeft)
  }

  private mutating func inTurn(_ isCandidate: (Destination) -> Bool) -> Destination? {
    let count = all.count(where: isCandidate)
    guard count > 0 else { return nil }
    turn &+= 1
    var skipped = Int(bitPattern: UInt(bitPattern: turn) % UInt(bitPattern: count))
    return all.first { destination in
      guard isCandidate(destination) else { return false }
      skipped -= 1
      return skipped < 0
    }
  }
}

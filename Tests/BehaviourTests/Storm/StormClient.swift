import Foundation
import TestInputs

/// Asks for one thing after the other, and mostly leaves before it is there. Confined to one thread.
struct StormClient {
  private let port: UInt16
  private var dice: Dice
  /// What went wrong with the answers it stayed for.
  private(set) var faults: [String] = []
  private(set) var answers = 0

  /// Its choices follow from its number; what has happened by the moment it leaves does not.
  init(number: Int, port: UInt16) {
    self.port = port
    dice = Dice(seed: UInt64(number))
  }

  /// One of so many requests leaves.
  mutating func run(rounds: Range<Int>, leaving share: (leave: Int, of: Int)) {
    for round in rounds {
      let request = StormRequest.allCases[dice.roll(StormRequest.allCases.count)]
      let leaves = dice.roll(share.of) < share.leave
      guard leaves || request != .hanging else { continue }
      // All clients ask for the same at about the same time.
      do { try ask(request, round / 4, leaves: leaves) } catch { faults.append("\(request): \(error)") }
    }
  }

  private mutating func ask(_ request: StormRequest, _ number: Int, leaves: Bool) throws {
    let client = try RawClient(port: port)
    let bytes = request.bytes(number)
    if leaves { return leave(client, bytes) }
    try client.sendRaw(bytes)
    if let fault = try request.fault(number, client) { faults.append(fault) }
    answers += 1
  }

  /// Leaves in the midst of the request, at once after it, a little later, or with the first bytes of the answer. That
  /// the gateway ends the connection first is as good.
  private mutating func leave(_ client: RawClient, _ bytes: [UInt8]) {
    let moment = dice.roll(4)
    try? client.sendRaw(moment == 0 ? Array(bytes.prefix(dice.roll(bytes.count))) : bytes)
    if moment == 2 { usleep(UInt32(dice.roll(8_000))) }
    if moment == 3 { _ = client.stream.waitForBytes(milliseconds: Int32(dice.roll(20))) }
    if dice.roll(2) == 0 { client.stream.reset() } else { client.stream.close() }
  }
}

/// Which requests of many are told of: always the same by their ids, so that all gateways that a request passes choose it,
/// or none. A value.
struct RequestSampling: Sendable {
  /// The values of 53 bits, which are as many as a `Double` tells apart.
  private static let values: Double = 0x1p53
  /// 0 to 1.
  private let share: Double

  init(share: Double) {
    self.share = share
  }

  func takes(_ id: String) -> Bool {
    if share >= 1 { return true }
    // FNV-1a, and MurmurHash3's end, which lets each bit of the id count for the high ones.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(truncatingIfNeeded: byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    hash ^= hash >> 33
    return Double(hash >> 11) / Self.values < share
  }
}

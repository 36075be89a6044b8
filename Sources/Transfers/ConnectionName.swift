import Timing

/// A connection by its addresses, the one thing that libcurl says of it before it sends a request over it. Equal names
/// mean the same connection: a hash of 64 bits stands for the peer's address.
struct ConnectionName: Hashable {
  private let peer: UInt64
  private let ports: UInt64

  /// `nil` for a unix socket, which has no address of its own.
  init?(peer address: UnsafePointer<CChar>?, port: Int32, localPort: Int32) {
    guard let address, localPort > 0 else { return nil }
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var next = address
    while next.pointee != 0 {
      hash = (hash ^ UInt64(truncatingIfNeeded: UInt8(bitPattern: next.pointee))) &* 0x100_0000_01B3
      next += 1
    }
    peer = hash
    ports =
      UInt64(truncatingIfNeeded: UInt32(bitPattern: port)) << 32
      | UInt64(truncatingIfNeeded: UInt32(bitPattern: localPort))
  }
}

/// The time for which a connection may be used again: until it is old, and until it has been idle for long. A value
/// type; whoever holds it has the clock.
struct ConnectionLife {
  /// The share of the greatest age that is left off, at random, so that connections that were made together do not end
  /// together.
  private static let jitter = 0.2

  /// The instant at which it is old.
  let retiresAt: Instant

  /// `random`: 0 to 1.
  init(since opened: Instant, maxAge: Duration, random: Double = .random(in: 0...1)) {
    retiresAt = opened.advanced(by: maxAge * (1 - Self.jitter * random))
  }

  /// Returns until when it may be used after a response that ended at `now`; not later than `now`: not at all.
  /// `offered`: the seconds for which its backend said that it keeps it. It must be used a second earlier, because the
  /// request takes time, or halfway where that is later.
  func keptUntil(_ now: Instant, idle: Duration, offered: Int?) -> Instant {
    var idle = idle
    if let offered { idle = min(idle, max(.seconds(offered) - .seconds(1), .seconds(offered) / 2)) }
    return min(retiresAt, now.advanced(by: idle))
  }
}

/// What a client may send of bodies unasked (RFC 9113 §6.9): on one stream, or on all of a connection. A value. It is
/// opened again as far as what has come is taken, and to its full size once two first windows have been.
struct InboundWindow {
  /// In bytes.
  static let (first, full) = (65_535, 1024 * 1024)
  /// Less is not worth a frame.
  static let least = 4096

  /// What the client may send still.
  private var left = first
  /// As much may be on its way or held.
  private var limit = first
  private var used = 0
  /// Came, and is not taken yet.
  private(set) var held = 0

  /// The client has used some of it, or was given more.
  mutating func set(left: Int) {
    used += max(0, self.left - left)
    self.left = left
  }

  /// Bytes that have come and wait, or do so no longer (less than none).
  /// - Returns: those of a stream that count for its connection, too. A first window does not: requests that wait for
  ///   their turn at a backend can't take all of the connection from the one whose turn it is.
  mutating func hold(_ bytes: Int) -> Int {
    let before = max(0, held - Self.first)
    held += bytes
    return max(0, held - Self.first) - before
  }

  /// The bytes that the client is to be given; `nil` while it has more than that.
  mutating func grant() -> Int? {
    if limit < Self.full && used - held >= Self.first * 2 { limit = Self.full }
    let room = limit - left - held
    guard room >= max(left, Self.least) else { return nil }
    left += room
    return room
  }
}

import Locking
import Messages

/// *Guarded by its lock.* Counts the open connections of each client, over all loops. A client is an address, or the
/// /64 of an IPv6 one; trusted proxies speak for many and are not counted.
package final class ClientConnections: Sendable {
  let limit: Int
  /// As many as there are connections, at most.
  private let counts = Locked<[IPAddress: Int]>([:])

  init(limit: Int) {
    self.limit = limit
  }

  /// False: at the limit; nothing was counted.
  package func enter(_ peer: Peer) -> Bool {
    guard let client = peer.client else { return true }
    return counts.withLock { counts in
      let count = counts[client, default: 0]
      if count < limit { counts[client] = count + 1 }
      return count < limit
    }
  }

  package func leave(_ peer: Peer) {
    guard let client = peer.client else { return }
    counts.withLock { counts in
      guard let count = counts[client] else { return }
      counts[client] = count > 1 ? count - 1 : nil
    }
  }
}

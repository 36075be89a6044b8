import Locking

/// The instants at which tags were last purged, as far as this process knows them, so that an entry from Redis mostly
/// needs no second question. As coherent as the memory level: kept only while purges are heard of. Guarded by a lock.
final class TagStamps: Sendable {
  private struct State {
    var stamps: [CacheTag: Stamp] = [:]
    var isOn = false
  }

  static let capacity = 65_536

  private let state = Locked(State())

  func stamp(of tag: CacheTag) -> Stamp? {
    state.withLock { $0.stamps[tag] }
  }

  /// - Parameter isCurrent: that no purge was heard of since the stamp was asked for; asked under the lock, which
  ///   purges take as well.
  func remember(_ stamp: Stamp, of tag: CacheTag, where isCurrent: () -> Bool) {
    state.withLock { state in
      guard state.isOn, isCurrent() else { return }
      // Full of tags of users who are gone: begin again, the useful ones come back at once.
      if state.stamps.count >= TagStamps.capacity { state.stamps.removeAll(keepingCapacity: true) }
      state.stamps[tag] = stamp
    }
  }

  func purged(_ tag: CacheTag, _ stamp: Stamp) {
    state.withLock { state in
      guard let known = state.stamps[tag] else { return }
      state.stamps[tag] = max(known, stamp)
    }
  }

  /// Off, it knows nothing.
  func turn(on isOn: Bool) {
    state.withLock { $0 = State(isOn: isOn) }
  }
}

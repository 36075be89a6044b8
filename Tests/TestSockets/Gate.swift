import Glibc
import Locking

/// *Guarded by its mutex.* Closed, then open for ever; threads and tasks wait for it.
package final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [@Sendable () -> Void] = []
  }

  private let state = Locked(State())

  package init() {}

  package func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for resume in waiters { resume() }
  }

  package func wait() {
    willBlock()
    let lock = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(lock, 0, 0)
    let address = UInt(bitPattern: lock)
    then { sem_post(UnsafeMutablePointer<sem_t>(bitPattern: address)!) }
    sem_wait(lock)
    sem_destroy(lock)
    lock.deallocate()
  }

  package func waitAsync() async {
    await withCheckedContinuation { continuation in then { continuation.resume() } }
  }

  private func then(_ resume: @escaping @Sendable () -> Void) {
    let isOpen = state.withLock { state in
      if !state.isOpen { state.waiters.append(resume) }
      return state.isOpen
    }
    if isOpen { resume() }
  }
}

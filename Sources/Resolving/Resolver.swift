import Locking
import Reactor

/// *Guarded by its mutex.* Looks names up on a few threads of its own, which exist while there is something to look up.
/// A name is in the queue once at most, so that the queue is no longer than the list of names.
package final class Resolver: Sendable {
  /// Blocks. In numbers, as `inet_pton` reads them; an empty list is a failure, too.
  package typealias Lookup = @Sendable (_ host: String) -> Result<[String], LookupFailure>

  private struct Guarded {
    var names: [String: WeakName] = [:]
    var queue: [HostName] = []
    var threads = 0
  }

  private struct WeakName {
    weak var name: HostName?
  }

  /// So many names that hang hold up all others.
  static let mostThreads = 8
  /// Of one name; others are not used.
  static let mostAddresses = 64

  /// The process' own, which asks as the system is set up.
  package static let system = Resolver(SystemLookup.run)

  private let lookup: Lookup
  private let guarded = Locked(Guarded())

  package init(_ lookup: @escaping Lookup) {
    self.lookup = lookup
  }

  /// The same object for the same host while anybody holds it.
  package func name(_ host: String) -> HostName {
    let key = host.lowercased()
    return guarded.withLock { guarded in
      if let name = guarded.names[key]?.name { return name }
      let name = HostName(key, resolver: self)
      guarded.names[key] = WeakName(name: name)
      return name
    }
  }

  /// Nobody holds it any more.
  func forget(_ key: String) {
    // Let go of outside of the lock: it may be the last to hold it.
    _ = guarded.withLock { guarded in
      let successor = guarded.names[key]?.name
      if successor == nil { guarded.names[key] = nil }
      return successor
    }
  }

  func enqueue(_ name: HostName) {
    let needsThread = guarded.withLock { guarded in
      guarded.queue.append(name)
      guard guarded.threads < Self.mostThreads else { return false }
      guarded.threads += 1
      return true
    }
    guard needsThread, !Reactor.begin(name: "resolver", { self.work() }) else { return }
    // The others take it, or nobody can.
    let abandoned = guarded.withLock { guarded in
      guarded.threads -= 1
      guard guarded.threads == 0 else { return [HostName]() }
      defer { guarded.queue = [] }
      return guarded.queue
    }
    for name in abandoned { name.heard(.failure(LookupFailure("no thread to look it up"))) }
  }

  /// A thread's body.
  private func work() {
    while let name = next() {
      var result = lookup(name.text).map { Array($0.prefix(Self.mostAddresses)) }
      if case .success(let addresses) = result, addresses.isEmpty {
        result = .failure(LookupFailure("no address"))
      }
      name.heard(result)
    }
  }

  private func next() -> HostName? {
    guarded.withLock { guarded in
      guard !guarded.queue.isEmpty else {
        guarded.threads -= 1
        return nil
      }
      return guarded.queue.removeFirst()
    }
  }
}

/// A loop on which something waits for names.
package protocol NameListener: AnyObject, Sendable {
  /// A lookup that was under way has ended. On the resolver's thread, once for each time that it was registered.
  func heard(of name: HostName)
}

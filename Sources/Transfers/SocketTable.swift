import Reactor
import Timing

/// The table of what curl wants of each of its descriptors, and what epoll was told. Its functions return the operation
/// to make, if any.
///
/// A connection's interest outlives `CURL_POLL_REMOVE`: between two transfers over a kept connection curl wants
/// nothing and then the same again, so leaving the kernel as it is saves two system calls a transfer. The interest goes
/// when curl closes the descriptor or when it turns ready while unwanted. This holds only for sockets that we opened
/// and that got past connecting, because of the others curl does not always say when it closes them.
struct SocketTable {
  struct Change: Equatable {
    var before: Interest
    var after: Interest
  }

  private struct Entry {
    var isConnection = false
    /// Idle, until the next request.
    var isKept = false
    /// Frames may come over it at any time.
    var isHTTP2 = false
    var openedAt = Instant.distantFuture
    /// Its life, since it was first kept.
    var life: ConnectionLife?
    /// The instant from which it must not be used again, while it is kept.
    var keptUntil = Instant.distantFuture
    /// Whose request it was kept after.
    var origin: ObjectIdentifier?
    /// Whose transfer curl last named with it.
    var user: ObjectIdentifier?
    /// Its name, since its first transfer has ended.
    var name: ConnectionName?
    var wanted: Interest = []
    var registered: Interest = []
  }

  private var entries: [Entry] = []
  private var descriptors: [ConnectionName: Int32] = [:]

  /// A new socket for a connection. What epoll knew under this number is gone with the old descriptor; what curl still
  /// wants of the number, because it closed a failed attempt without a word, is registered anew.
  mutating func opened(_ descriptor: Int32, at now: Instant = .now()) -> Change? {
    grow(to: descriptor)
    let index = Int(widening: descriptor)
    entries[index].openedAt = now
    entries[index].isConnection = true
    entries[index].registered = []
    return settle(index)
  }

  mutating func closed(_ descriptor: Int32) {
    grow(to: descriptor)
    if let name = entries[Int(widening: descriptor)].name, descriptors[name] == descriptor { descriptors[name] = nil }
    entries[Int(widening: descriptor)] = Entry()
  }

  /// Notes what curl wants of a socket; nothing is `CURL_POLL_REMOVE`.
  mutating func want(_ descriptor: Int32, _ interest: Interest) -> Change? {
    grow(to: descriptor)
    let index = Int(widening: descriptor)
    entries[index].wanted = interest
    entries[index].isKept = entries[index].isKept && interest.isEmpty
    if interest.isEmpty {
      if entries[index].isConnection, entries[index].registered == .read { return nil }
      // Never read from: it may be closed without a word.
      if !entries[index].registered.contains(.read) { entries[index].isConnection = false }
    }
    return settle(index)
  }

  func isWanted(_ descriptor: Int32) -> Bool {
    Int(widening: descriptor) < entries.count && !entries[Int(widening: descriptor)].wanted.isEmpty
  }

  /// It turned ready though nobody wants it: the peer has closed a kept connection, or sends unasked.
  mutating func readyUnwanted(_ descriptor: Int32) -> Change {
    grow(to: descriptor)
    entries[Int(widening: descriptor)].registered = []
    return Change(before: .read, after: [])
  }

  /// It is used on behalf of `user`.
  mutating func place(_ user: ObjectIdentifier, on descriptor: Int32) {
    grow(to: descriptor)
    entries[Int(widening: descriptor)].user = user
    entries[Int(widening: descriptor)].isKept = false
  }

  /// `user`'s transfer over it has ended in order; libcurl may have closed it, keep it for the next one, or use it for
  /// the next one already. A transfer that pauses wants nothing either, and is not meant here.
  ///
  /// Where the response was there before curl ever waited for it, epoll has never been asked to read; it is from now
  /// on. `isSound`: there was a whole response, so that this is a connection all the same.
  mutating func transferEnded(
    _ descriptor: Int32, of user: ObjectIdentifier, over name: ConnectionName? = nil, isSound: Bool = false,
    isHTTP2: Bool = false
  ) -> Change? {
    grow(to: descriptor)
    let index = Int(widening: descriptor)
    guard entries[index].user == user else { return nil }
    if isSound { entries[index].isConnection = true }
    entries[index].isKept = entries[index].isConnection && entries[index].wanted.isEmpty
    entries[index].isHTTP2 = isHTTP2
    if let name, entries[index].isConnection, entries[index].name != name {
      entries[index].name = name
      descriptors[name] = descriptor
    }
    guard entries[index].isKept, !entries[index].registered.contains(.read) else { return nil }
    defer { entries[index].registered = .read }
    return Change(before: entries[index].registered, after: .read)
  }

  func isNamed(_ descriptor: Int32) -> Bool {
    entries.indices.contains(Int(widening: descriptor)) && entries[Int(widening: descriptor)].name != nil
  }

  /// That was kept, or is in use again.
  func descriptor(of name: ConnectionName) -> Int32? {
    descriptors[name]
  }

  func isKept(_ descriptor: Int32) -> Bool {
    entries.indices.contains(Int(widening: descriptor)) && entries[Int(widening: descriptor)].isKept
  }

  /// Kept, and nothing may come over it.
  func isQuiet(_ descriptor: Int32) -> Bool {
    isKept(descriptor) && !isHTTP2(descriptor)
  }

  /// Frames may come over it at any time. Of one with a name.
  func isHTTP2(_ descriptor: Int32) -> Bool {
    entries[Int(widening: descriptor)].isHTTP2
  }

  /// Says until when a connection that is kept may be used again; see `ConnectionLife`.
  mutating func keep(
    _ descriptor: Int32, of origin: ObjectIdentifier? = nil, _ now: Instant, maxAge: Duration, idle: Duration,
    offered: Int?
  ) -> Instant {
    let index = Int(widening: descriptor)
    let life = entries[index].life ?? ConnectionLife(since: entries[index].openedAt, maxAge: maxAge)
    entries[index].life = life
    entries[index].origin = origin
    entries[index].keptUntil = life.keptUntil(now, idle: idle, offered: offered)
    return entries[index].keptUntil
  }

  /// Kept connections whose time has passed; they are not kept any more. `isSureOfAll`: those without a name are not in
  /// use either.
  mutating func expired(_ now: Instant, isSureOfAll: Bool) -> [Int32] {
    var expired: [Int32] = []
    for index in entries.indices where entries[index].isKept && entries[index].keptUntil <= now {
      guard isSureOfAll || entries[index].name != nil else { continue }
      entries[index].isKept = false
      expired.append(Int32(clamping: index))
    }
    return expired
  }

  /// What is kept of these origins may not be used again.
  mutating func retire(_ origins: Set<ObjectIdentifier>, at now: Instant) {
    for index in entries.indices where entries[index].isKept {
      if let origin = entries[index].origin, origins.contains(origin) { entries[index].keptUntil = now }
    }
  }

  /// The next end among the connections that are kept.
  var nextExpiry: Instant {
    entries.reduce(.distantFuture) { $1.isKept ? min($0, $1.keptUntil) : $0 }
  }

  private mutating func settle(_ index: Int) -> Change? {
    let change = Change(before: entries[index].registered, after: entries[index].wanted)
    guard change.before != change.after else { return nil }
    entries[index].registered = change.after
    return change
  }

  private mutating func grow(to descriptor: Int32) {
    while entries.count <= Int(widening: descriptor) { entries.append(Entry()) }
  }
}

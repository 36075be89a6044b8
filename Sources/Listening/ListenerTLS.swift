import Glibc
import Locking
import Plans
import TLS
import Timing

/// What a listener's handshakes are made with now, and the files that it was read from. *Guarded by its lock*, which a
/// handshake takes once.
final class ListenerTLS: Sendable {
  enum Look: Equatable {
    case unchanged
    /// The keys of session tickets are new.
    case rotated
    /// The files say something new, which is in use.
    case replaced
    /// The files are no good; what was in use is so still. Said once for each change of them.
    case failed(CertificateFault)
  }

  private struct Current: Sendable {
    var plan: TLSListenerPlan
    var contexts: ServerContexts
    /// Of the files when they were read last, however that went.
    var stamps: [FileStamp?]
    var made: Instant
  }

  static let ticketLife: Duration = .seconds(12 * 3600)

  private let isHTTP2: Bool
  private let current: Locked<Current>

  /// Blocks: files are read.
  init(_ plan: TLSListenerPlan, isHTTP2: Bool) throws(CertificateFault) {
    self.isHTTP2 = isHTTP2
    let stamps = plan.stamps
    let contexts = try ServerContexts(plan, isHTTP2: isHTTP2)
    current = Locked(Current(plan: plan, contexts: contexts, stamps: stamps, made: .now()))
  }

  var contexts: ServerContexts { current.withLock { $0.contexts } }

  /// The files of certificates that are in use, and when these end, in seconds since 1970.
  var ends: [(file: String, notAfter: Int)] {
    let current = current.withLock { $0 }
    return zip(current.plan.certificates, current.contexts.ends).map { ($0.paths[0], $1) }
  }

  /// Reads the files where they have changed, or `plan` is another one. Blocks.
  /// - Parameter plan: `nil`: as before.
  func look(_ plan: TLSListenerPlan? = nil, at now: Instant = .now()) -> Look {
    let old = current.withLock { $0 }
    let plan = plan ?? old.plan
    let stamps = plan.stamps
    guard plan != old.plan || stamps != old.stamps else {
      guard old.made.advanced(by: Self.ticketLife) <= now, let renewed = old.contexts.renewed() else {
        return .unchanged
      }
      take(Current(plan: plan, contexts: renewed, stamps: stamps, made: now), after: old)
      return .rotated
    }
    do throws(CertificateFault) {
      let contexts = try ServerContexts(plan, isHTTP2: isHTTP2)
      take(Current(plan: plan, contexts: contexts, stamps: stamps, made: now), after: old)
      return .replaced
    } catch {
      var same = old
      same.stamps = stamps
      take(same, after: old)
      return .failed(error)
    }
  }

  /// Of two looks at a time, the one that ends first counts; the other is made again at the next.
  private func take(_ new: Current, after old: Current) {
    current.withLock { current in
      if current.made == old.made && current.stamps == old.stamps { current = new }
    }
  }
}

/// What changes of a file when it is written or replaced.
private struct FileStamp: Equatable, Sendable {
  private let inode: UInt64
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// `nil`: there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int(truncatingIfNeeded: status.st_size)
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}

extension TLSListenerPlan {
  fileprivate var stamps: [FileStamp?] {
    let clients = [clientCertificates?.authorities, clientCertificates?.revocations].compactMap { $0 }
    return (certificates.flatMap(\.paths) + clients).map { FileStamp($0) }
  }
}

import Glibc
import Synchronization

/// A file that stays open while its client takes it. *Immutable*; gives its place back with its last reference.
final class HeldFile: Sendable {
  /// Of an eighth of the descriptors that the process may have, so that who asks for large files and takes them slowly does
  /// not keep others from being let in.
  static let most = {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 128 }
    return max(64, Int(clamping: limit.rlim_cur) / 8)
  }()
  private static let count = Atomic<Int>(0)

  let file: OpenFile

  /// - Throws: `full` where so many are held.
  init(_ file: OpenFile, most: Int = HeldFile.most) throws(FileFault) {
    self.file = file
    guard Self.count.add(1, ordering: .relaxed).oldValue < most else {
      // The place is given back by `deinit`.
      throw .full
    }
  }

  deinit { Self.count.subtract(1, ordering: .relaxed) }
}

import Locking

/// How many requests were taken whose work is still to be done. *Guarded by* its lock.
final class Pending: Sendable {
  private let counted = Locked(0)

  var count: Int { counted.withLock { $0 } }

  /// Counts a course from now until its work is done.
  func counting(_ course: ShopBackend.Course) -> ShopBackend.Course {
    counted.withLock { $0 += 1 }
    return course.replacing { [self] in
      defer { counted.withLock { $0 -= 1 } }
      return course.work()
    }
  }
}

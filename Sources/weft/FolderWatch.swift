import Foundation
import Glibc

/// Tells of changes of the files in a folder (inotify(7)). *Confined to* the thread that waits.
struct FolderWatch {
  /// So long nothing may happen before it is told: an edit, and a deployment even more, are several changes.
  private static let quiet: Int32 = 200
  /// Between two looks for a folder that is gone.
  private static let pause: Int32 = 1000
  private static let changes =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)
    | UInt32(IN_ATTRIB) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)

  private let path: String
  private let descriptor: Int32

  /// `nil`: the system has no more watches.
  init?(_ path: String) {
    self.path = path
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0, watch() else { return nil }
  }

  /// Calls `changed` on a thread of its own for every burst of changes, for as long as the process lives.
  func begin(_ changed: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [self] in
      while true {
        wait()
        changed()
      }
    }
  }

  private func wait() {
    while !isReady(within: watch() ? -1 : Self.pause), !watch() {}
    repeat { drain() } while isReady(within: Self.quiet)
    // A folder that was put in its place is seen from before it is read.
    _ = watch()
  }

  /// Again and again: it may be another folder of that name.
  private func watch() -> Bool { inotify_add_watch(descriptor, path, Self.changes) >= 0 }

  /// Milliseconds; -1: for as long as it takes.
  private func isReady(within time: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, time) > 0
  }

  private func drain() {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
    }
  }
}

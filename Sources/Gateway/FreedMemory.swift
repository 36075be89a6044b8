import CMalloc
import Glibc
import Logging

/// Gives memory that was freed after a burst back to the system. Left alone, glibc gives back at once what lies at the
/// top of a heap, and fetches it again for the next request, page by page: half as much again of what a proxied 64 KiB
/// costs. All else it keeps, for as long as the process lives. So it is told to keep all, and what is too much goes
/// here.
enum FreedMemory {
  /// The pause between two looks.
  private static let pause: Duration = .seconds(10)
  /// The time in which a heap may give its top back.
  private static let trimming: Duration = .milliseconds(100)
  /// Freed bytes that stay resident: they will soon be wanted again, and giving them back costs a millisecond in which
  /// who allocates may have to wait.
  private static let kept = 4 << 20
  /// A top of so many bytes is given back: never, and glibc's default.
  private static let (never, atOnce): (Int32, Int32) = (.max, 128 << 10)
  /// Blocks above so many bytes are mapped one by one, and go back when they are freed.
  private static let mapped: Int32 = 4 << 20

  /// Looks now and then, beside the loops, until it is cancelled. `onEachLoop` runs its argument on the thread of each:
  /// the top of a heap goes back only where its own thread frees something.
  static func keepReturning(
    _ logger: Logger, onEachLoop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) -> Task<Void, Never> {
    mallopt(M_TRIM_THRESHOLD, never)
    mallopt(M_MMAP_THRESHOLD, mapped)
    return Task {
      while (try? await Task.sleep(for: pause)) != nil {
        guard let freed = residentFreedBytes(), freed > kept else { continue }
        mallopt(M_TRIM_THRESHOLD, atOnce)
        malloc_trim(0)
        onEachLoop { weft_trim_top() }
        try? await Task.sleep(for: trimming)
        mallopt(M_TRIM_THRESHOLD, never)
        logger.debug("gave freed memory back", metadata: ["bytes": "\(freed - (residentFreedBytes() ?? freed))"])
      }
    }
  }

  /// Anonymous pages of the process without what is in use, stacks and the like included; `nil` where the system does
  /// not say (proc(5), statm).
  private static func residentFreedBytes() -> Int? {
    guard let file = fopen("/proc/self/statm", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let pages = line.split(separator: 32).prefix(3).compactMap {
      Int(String(decoding: $0.map(UInt8.init), as: UTF8.self))
    }
    guard pages.count == 3 else { return nil }
    let heap = mallinfo2()
    return (pages[1] - pages[2]) * Int(getpagesize()) - Int(heap.uordblks) - Int(heap.hblkhd)
  }
}

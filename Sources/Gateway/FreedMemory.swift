import CMalloc
import Glibc
import Logging

/// Gives memory that was freed after a burst back to the system. glibc keeps most of it: after megabytes were streamed
/// to 64 clients at once some 20 MB, for as long as the process lives.
enum FreedMemory {
  /// Between two looks.
  private static let pause: Duration = .seconds(10)
  /// Freed bytes that stay resident: they will soon be wanted again, and giving them back costs a millisecond in which
  /// who allocates may have to wait.
  private static let kept = 8 << 20

  /// Looks now and then, beside the loops, until it is cancelled.
  static func keepReturning(_ logger: Logger) -> Task<Void, Never> {
    Task {
      while (try? await Task.sleep(for: pause)) != nil {
        guard let freed = residentFreedBytes(), freed > kept else { continue }
        malloc_trim(0)
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

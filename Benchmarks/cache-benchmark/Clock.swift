import Glibc

/// CPU and wall time of a loop, in nanoseconds a turn.
enum Clock {
  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Of this process, all threads.
  static var processCPU: Int64 { now(CLOCK_PROCESS_CPUTIME_ID) }
  static var wall: Int64 { now(CLOCK_MONOTONIC) }

  static func measure(_ name: String, _ turns: Int, _ body: (Int) -> Void) {
    for turn in 0..<(turns / 10) { body(turn) }
    var best = Int64.max
    for _ in 0..<5 {
      let start = now(CLOCK_THREAD_CPUTIME_ID)
      for turn in 0..<turns { body(turn) }
      best = min(best, now(CLOCK_THREAD_CPUTIME_ID) - start)
    }
    print(name, "\(best / Int64(turns)) ns")
  }
}

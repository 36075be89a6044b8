import Foundation

/// CPU time of the best of several runs, per repetition.
struct Measurement {
  var seconds: Double
  var bytes: Int

  var microseconds: String { Measurement.text(seconds * 1e6) }
  var gigabytesPerSecond: String { Measurement.text(Double(bytes) / seconds / 1e9) }

  static func text(_ value: Double) -> String { String(format: "%.2f", value) }

  /// Runs the body for about a tenth of a second, seven times.
  static func best(bytes: Int, _ body: () -> Void) -> Measurement {
    var repetitions = 1
    while seconds(repetitions, body) < 0.02, repetitions < 1 << 24 { repetitions *= 2 }
    repetitions *= 4
    let best = (0..<7).map { _ in seconds(repetitions, body) }.min()!
    return Measurement(seconds: best / Double(repetitions), bytes: bytes)
  }

  private static func seconds(_ repetitions: Int, _ body: () -> Void) -> Double {
    let start = cpuTime()
    for _ in 0..<repetitions { body() }
    return cpuTime() - start
  }

  /// Of this thread, so that other work on the machine counts less.
  private static func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

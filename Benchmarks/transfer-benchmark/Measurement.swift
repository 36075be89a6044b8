import Glibc
import Timing
import Transfers

/// Runs transfers on one loop and says what they cost.
struct Measurement: Sendable {
  let loop: TransferLoop
  let origin: Origin

  func report(_ name: String, _ transfers: Int, _ body: @Sendable @escaping (Measurement) async -> Int) async {
    let begin = Instant.now()
    let before = Self.cpu()
    let good = await Task(executorPreference: loop.reactor) { await body(self) }.value
    let cpu = Self.cpu() - before
    let wall = Double(Instant.now().nanoseconds - begin.nanoseconds) / 1e9
    precondition(good == transfers, "\(good) of \(transfers) were answered")
    let micros = (cpu / Double(transfers) * 1e7).rounded() / 10
    print("  \(name): \(micros) µs CPU a transfer, \(Int(Double(transfers) / wall)) a second")
  }

  func buffered(_ transfers: Int, _ concurrency: Int) async -> Int {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<concurrency {
        group.addTask {
          var good = 0
          for _ in 0..<(transfers / concurrency) { if await one() { good += 1 } }
          return good
        }
      }
      return await group.reduce(0, +)
    }
  }

  func groups(_ transfers: Int, _ concurrency: Int) async -> Int {
    let clients = max(1, concurrency / 4)
    return await withTaskGroup(of: Int.self) { group in
      for _ in 0..<clients {
        group.addTask {
          var good = 0
          for _ in 0..<(transfers / clients / 4) {
            good += await withTaskGroup(of: Bool.self) { calls in
              for _ in 0..<4 { calls.addTask { await one() } }
              return await calls.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
          }
          return good
        }
      }
      return await group.reduce(0, +)
    }
  }

  private func one() async -> Bool {
    var request = TransferRequest(origin: origin, target: "/users/42")
    request.deadline = Instant.now().advanced(by: .seconds(5))
    if case .success(let answer) = await loop.perform(request) { return answer.status == 200 }
    return false
  }

  func streamed(_ transfers: Int, _ concurrency: Int) async -> Int {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<concurrency {
        group.addTask {
          await withUnsafeContinuation { continuation in
            StreamClient(loop, origin, transfers / concurrency) { continuation.resume(returning: $0) }.next()
          }
        }
      }
      return await group.reduce(0, +)
    }
  }

  /// User and system time of this process, in seconds.
  private static func cpu() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

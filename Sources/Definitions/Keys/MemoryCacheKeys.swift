import Plans

/// The memory level of the process.
struct MemoryCacheKeys: KeySet {
  static let title = "Memory cache"
  static let noun = "`cache` of gateway.yaml"
  static let introduction = "What the process itself keeps; what is kept, and for how long, is up to the routes."

  let memory = Key<Int>(
    "memory", .bytes(0...(1 << 40)), default: ProcessPlan().cache.memoryBytes.bytesWritten,
    "About what entries may take in memory; `0B` keeps nothing there.", example: "256MiB")
  let refreshes = Key<Int>(
    "refreshes", .integer(1...100_000), default: "\(ProcessPlan().cache.mostRefreshes)",
    "Background fetches under way at once; more stale entries wait for their next request.", example: "128")
}

import Foundation
import Glibc

/// The number of processors that the process can keep busy: those that it may run on (`taskset`, systemd's
/// `CPUAffinity`, a cpuset), and no more than the quota of its control groups lasts for (`CPUQuota`, a container's
/// limit).
enum AvailableProcessors {
  /// The number of processors, at least 1.
  static var count: Int { count { try? String(contentsOfFile: $0, encoding: .utf8) } }

  /// Returns the same of the files of another system.
  static func count(_ read: (_ path: String) -> String?) -> Int {
    max(1, min(affinity(read) ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)), quota(read) ?? .max))
  }

  /// The mask of proc(5), `status`; `nil` where the system does not say.
  private static func affinity(_ read: (String) -> String?) -> Int? {
    let line = read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    return line?.split(separator: ":").last?.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
  }

  /// The least of the quotas of the process's control group and those above it, in processors, rounded up; `nil`: none
  /// (cgroups(7); `cpu.max` of version 2, `cpu.cfs_quota_us` of version 1).
  private static func quota(_ read: (String) -> String?) -> Int? {
    let lines = read("/proc/self/cgroup")?.split(separator: "\n") ?? []
    let quotas = lines.flatMap { line -> [Int] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      if parts[1].isEmpty { return groups(parts[2]).compactMap { unified("/sys/fs/cgroup\($0)", read) } }
      guard parts[1].split(separator: ",").contains("cpu") else { return [] }
      return groups(parts[2]).compactMap { legacy("/sys/fs/cgroup/cpu\($0)", read) }
    }
    return quotas.min()
  }

  /// `/a/b` is `/a/b`, `/a` and the root, which in a container may be the group itself.
  private static func groups(_ path: Substring) -> [String] {
    let names = path.split(separator: "/")
    return (0...names.count).map { names.prefix($0).map { "/" + $0 }.joined() }
  }

  private static func unified(_ group: String, _ read: (String) -> String?) -> Int? {
    let numbers = read("\(group)/cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
    return numbers.count == 2 ? processors(Int(numbers[0]), Int(numbers[1])) : nil
  }

  private static func legacy(_ group: String, _ read: (String) -> String?) -> Int? {
    func number(_ name: String) -> Int? {
      read("\(group)/\(name)").flatMap { Int($0.prefix { !$0.isWhitespace }) }
    }
    return processors(number("cpu.cfs_quota_us"), number("cpu.cfs_period_us"))
  }

  private static func processors(_ quota: Int?, _ period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period + (quota % period > 0 ? 1 : 0)
  }
}

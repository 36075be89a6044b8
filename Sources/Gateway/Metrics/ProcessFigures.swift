import Foundation
import Glibc

/// What the system says of this process (proc(5)). A value.
struct ProcessFigures {
  /// Of processors, in user and system mode.
  private(set) var seconds = 0.0
  private(set) var residentBytes: UInt64 = 0
  private(set) var virtualBytes: UInt64 = 0
  private(set) var threads: UInt64 = 0
  /// In seconds since 1970.
  private(set) var started = 0.0
  private(set) var openDescriptors = 0
  private(set) var mostDescriptors: UInt64 = 0

  /// As they are now. Reads a few files of the system; not for a loop.
  static func now() -> ProcessFigures {
    var figures = ProcessFigures()
    let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    if let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) {
      figures.read(text, ticks: ticks, pageBytes: UInt64(max(0, getpagesize())), booted: bootTime)
    }
    figures.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      figures.mostDescriptors = UInt64(limit.rlim_cur)
    }
    return figures
  }

  /// - Parameters:
  ///   - stat: the line of the process; its name, the second field, may have blanks and brackets.
  ///   - ticks: in a second.
  ///   - booted: when the machine was, in seconds since 1970.
  mutating func read(_ stat: String, ticks: Double, pageBytes: UInt64, booted: Double) {
    guard let end = stat.lastIndex(of: ")") else { return }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    // Its third field is the first one here.
    func number(_ field: Int) -> UInt64 { field - 3 < fields.count ? UInt64(fields[field - 3]) ?? 0 : 0 }
    seconds = Double(number(14) &+ number(15)) / ticks
    threads = number(20)
    started = booted + Double(number(22)) / ticks
    virtualBytes = number(23)
    residentBytes = number(24).multipliedReportingOverflow(by: pageBytes).partialValue
  }

  private static let bootTime: Double = {
    let lines = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) } ?? 0
  }()
}

/// Until when the marks of routes are known to live, so that those in use are seen to once a day, and those of routes
/// that are gone end by themselves. Pure.
struct AssuredMarks {
  /// In milliseconds. A mark that lives for less than its entries would void them.
  static let lifetime: Int64 = 30 * day
  private static let day: Int64 = 24 * 3600 * 1000
  /// Far above the routes of a gateway; beyond it, all are seen to anew.
  static let capacity = 4096

  private var ends: [CacheTag: WallTime] = [:]

  /// Whether a mark has to be seen to now, so that it lives for `milliseconds`, or for `lifetime`; it then counts as
  /// seen to.
  mutating func isDue(_ tag: CacheTag, _ milliseconds: Int64, at now: WallTime) -> Bool {
    let end = now.advanced(by: .milliseconds(max(AssuredMarks.lifetime, milliseconds)))
    if let known = ends[tag], known >= end.advanced(by: .milliseconds(-AssuredMarks.day)) { return false }
    if ends.count >= AssuredMarks.capacity { ends = [:] }
    ends[tag] = end
    return true
  }

  mutating func forget(_ tags: [CacheTag]) {
    for tag in tags { ends[tag] = nil }
  }
}

/// `[start:stop:step]` as it was written. Python's rules (JEP 5).
struct SliceBounds: Hashable, Sendable {
  var start: Int?
  var stop: Int?
  /// Never 0.
  var step: Int

  /// The first index and how many there are, for something of that length.
  func resolve(count: Int) -> (first: Int, count: Int) {
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func place(_ index: Int) -> Int {
      let (sum, overflow) = index.addingReportingOverflow(index < 0 ? count : 0)
      return overflow ? lowest : min(max(sum, lowest), highest)
    }
    let first = start.map(place) ?? (step > 0 ? 0 : count - 1)
    let end = stop.map(place) ?? (step > 0 ? count : -1)
    let distance = step > 0 ? end - first : first - end
    guard distance > 0 else { return (first, 0) }
    let stride = step.magnitude
    return (first, Int(clamping: (distance.magnitude - 1) / stride) + 1)
  }
}

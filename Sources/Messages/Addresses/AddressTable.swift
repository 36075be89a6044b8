/// The values that blocks of addresses have: for an address that of the longest prefix that holds it, and of two equal
/// blocks that of the later one. *Immutable*; a lookup is a binary search, so ten thousand blocks cost what ten do.
package struct AddressTable<Value: Sendable>: Sendable {
  private let four: AddressRanges<Value>
  private let six: AddressRanges<Value>

  package init(_ blocks: [(block: AddressBlock, value: Value)]) {
    four = AddressRanges(blocks.filter { $0.block.isIPv4 })
    six = AddressRanges(blocks.filter { !$0.block.isIPv4 })
  }

  /// `nil`: no block holds it.
  package subscript(_ address: IPAddress) -> Value? {
    (address.isIPv4 ? four : six).value(at: address.number)
  }
}

/// Ranges that lie side by side, by their first addresses. Blocks hold one another or have nothing in common, so they
/// can be cut into such ranges, at most two for each.
private struct AddressRanges<Value: Sendable>: Sendable {
  private var starts: [UInt128] = []
  private var values: [Value?] = []

  init(_ blocks: [(block: AddressBlock, value: Value)]) {
    // A block before those within it, equal ones in their order: what comes later lies on top.
    let ordered = blocks.enumerated().sorted { left, right in
      let (one, two) = (left.element.block.range, right.element.block.range)
      if one.lowerBound != two.lowerBound { return one.lowerBound < two.lowerBound }
      return one.upperBound == two.upperBound ? left.offset < right.offset : one.upperBound > two.upperBound
    }
    var open: [(last: UInt128, value: Value)] = []
    for (block, value) in ordered.map(\.element) {
      while let last = open.last?.last, last < block.range.lowerBound { close(&open) }
      open.append((block.range.upperBound, value))
      begin(block.range.lowerBound, value)
    }
    while !open.isEmpty { close(&open) }
  }

  private mutating func close(_ open: inout [(last: UInt128, value: Value)]) {
    let last = open.removeLast().last
    if last < .max { begin(last + 1, open.last?.value) }
  }

  private mutating func begin(_ start: UInt128, _ value: Value?) {
    if starts.last == start {
      values[values.count - 1] = value
    } else {
      starts.append(start)
      values.append(value)
    }
  }

  func value(at number: UInt128) -> Value? {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : values[low - 1]
  }
}

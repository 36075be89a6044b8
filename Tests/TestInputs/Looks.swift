/// *Confined to* one test. How often code looked at what it was given: the work, without a clock.
package final class Looks: @unchecked Sendable {
  package var count = 0

  package init() {}
}

/// An element of a set or the key of a dictionary: each comparison and each hashing of one counts.
package struct Counted<Value: Hashable>: Hashable {
  package let value: Value
  private let looks: Looks

  package init(_ value: Value, _ looks: Looks) {
    self.value = value
    self.looks = looks
  }

  package static func == (left: Counted, right: Counted) -> Bool {
    left.looks.count += 1
    return left.value == right.value
  }

  package func hash(into hasher: inout Hasher) {
    looks.count += 1
    hasher.combine(value)
  }
}

/// Elements that count when they are handed out.
package struct CountedElements<Base: Sequence>: Sequence, IteratorProtocol {
  private var base: Base.Iterator
  private let looks: Looks

  package init(_ base: Base, _ looks: Looks) {
    self.base = base.makeIterator()
    self.looks = looks
  }

  package mutating func next() -> Base.Element? {
    guard let element = base.next() else { return nil }
    looks.count += 1
    return element
  }
}

/// Bytes that count when they are read.
package struct CountedBytes: RandomAccessCollection {
  private let bytes: ArraySlice<UInt8>
  private let looks: Looks

  package init(_ bytes: ArraySlice<UInt8>, _ looks: Looks) {
    self.bytes = bytes
    self.looks = looks
  }

  package var startIndex: Int { bytes.startIndex }
  package var endIndex: Int { bytes.endIndex }

  package subscript(index: Int) -> UInt8 {
    looks.count += 1
    return bytes[index]
  }

  package subscript(range: Range<Int>) -> CountedBytes { CountedBytes(bytes[range], looks) }
}

/// Distinct elements in the order in which they came, of which one more than the bound is kept at most: that there are too
/// many is known then, and the rest of what a peer sent is not looked at. One look at each element.
package struct DistinctList<Element: Hashable> {
  package private(set) var elements: [Element] = []
  private var known: Set<Element> = []
  private let bound: Int

  package init(atMost bound: Int) {
    self.bound = bound
  }

  package var isOverfull: Bool { elements.count > bound }

  package mutating func append(_ element: Element) {
    if !isOverfull, known.insert(element).inserted { elements.append(element) }
  }

  package mutating func append(contentsOf more: some Sequence<Element>) {
    if isOverfull { return }
    for element in more {
      append(element)
      if isOverfull { return }
    }
  }
}

extension DistinctList: Sendable where Element: Sendable {}

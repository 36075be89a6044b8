import JSONText
import Plans

/// An `each` under way: which values are asked for, which slot holds what came of them.
///
/// Equal values are asked for once where that is safe; a write is made for each of them. A slot is one request: one
/// value, or one batch of them. *Confined to* its composition.
package final class FanOut {
  let plan: EachPlan
  /// The index of the item at each position of the list; `nil` for null.
  let positions: [Int?]
  /// What is asked for, in the order of its first appearance.
  package let items: [JSONValue]
  /// The ends of the slots; `nil` until one has ended.
  var results: [CallRecord?]
  var nextSlot = 0
  var inFlight = 0
  /// A write's item that has ended was sent.
  var hasWritten = false

  /// The bound that a list is too long for.
  package struct TooMany: Error {
    /// "more than 100 distinct items"
    package let description: String
  }

  /// - Parameter merging: equal values become one item.
  package init(_ plan: EachPlan, over list: JSONValue, merging: Bool) throws(TooMany) {
    guard list.count <= plan.maxElements else { throw TooMany(description: "more than \(plan.maxElements) elements") }
    var seen: [[UInt8]: Int] = [:]
    var positions: [Int?] = []
    var items: [JSONValue] = []
    positions.reserveCapacity(list.count)
    for value in list.elements ?? [] {
      if value.isNull {
        positions.append(nil)
        continue
      }
      if merging {
        var writer = JSONWriter(capacity: 32)
        writer.write(value)
        let index = seen[writer.bytes, default: items.count]
        if index < items.count {
          positions.append(index)
          continue
        }
        seen[writer.bytes] = index
      }
      guard items.count < plan.max else {
        throw TooMany(description: "more than \(plan.max) \(merging ? "distinct items" : "items")")
      }
      positions.append(items.count)
      items.append(value)
    }
    self.plan = plan
    self.positions = positions
    self.items = items
    let size = plan.batch ?? 1
    results = Array(repeating: nil, count: (items.count + size - 1) / size)
  }

  /// Requests that are made in all.
  package var slotCount: Int { results.count }

  var isFinished: Bool { nextSlot == results.count && inFlight == 0 }

  /// The items of a slot.
  private func values(of slot: Int) -> ArraySlice<JSONValue> {
    let size = plan.batch ?? 1
    return items[slot * size..<min((slot + 1) * size, items.count)]
  }

  /// What one slot asks for.
  package struct Item {
    /// What its request has in scope: `item`, or with a batch `items`.
    package let value: JSONValue
    /// How many slots before it ask for an equal value, which is found out where it is needed.
    let repetition: () -> Int

    package init(_ value: JSONValue, repetition: @escaping () -> Int = { 0 }) {
      (self.value, self.repetition) = (value, repetition)
    }
  }

  package func item(of slot: Int) -> Item { Item(value(of: slot)) { [self] in repetitions[slot] } }

  private func value(of slot: Int) -> JSONValue {
    let values = values(of: slot)
    return plan.batch == nil ? values[values.startIndex] : .array(Array(values))
  }

  private lazy var repetitions: [Int] = {
    var counts: [[UInt8]: Int] = [:]
    return results.indices.map { slot in
      var writer = JSONWriter(capacity: 32)
      writer.write(value(of: slot))
      defer { counts[writer.bytes, default: 0] += 1 }
      return counts[writer.bytes] ?? 0
    }
  }()

  /// No further slot is begun; those that were not have ended as `outcome`.
  func leaveOutRest(_ outcome: Outcome) {
    for slot in nextSlot..<results.count { results[slot] = CallRecord(outcome) }
    nextSlot = results.count
  }

  /// How many items failed.
  var failedCount: Int {
    results.indices.reduce(0) { sum, slot in
      results[slot]?.outcome.isFailure ?? true ? sum + values(of: slot).count : sum
    }
  }

  /// Makes a list aligned with the input, or an object by `key`.
  func value() -> JSONValue {
    guard let key = plan.key else {
      return .array(positions.map { index in index.flatMap { results[$0]?.value } ?? .null })
    }
    var members: [JSONObject.Member] = []
    // A backend chooses how many elements a batch has: names are not looked for one by one.
    var places: [JSONName: Int] = [:]
    for case let record? in results {
      for element in plan.batch == nil ? [record.value] : record.value.elements ?? [] {
        guard let name = element[member: key]?.keyText else { continue }
        if let place = places[JSONName(name)] {
          members[place].value = element
        } else {
          places[JSONName(name)] = members.count
          members.append(JSONObject.Member(name: name, value: element))
        }
      }
    }
    return .object(JSONObject(members))
  }

  /// Tells whether a slot's value has the shape that `key` needs.
  func fits(_ value: JSONValue) -> Bool {
    guard let key = plan.key else { return true }
    if plan.batch == nil { return value.isNull || value[member: key]?.keyText != nil }
    if value.isNull { return true }
    return value.elements?.allSatisfy { $0[member: key]?.keyText != nil } ?? false
  }
}

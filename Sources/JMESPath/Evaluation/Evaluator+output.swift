import JSONText

extension Evaluator {
  /// Refuses a result whose text would be over the limit. A small value can be shared so often in a result that
  /// writing it would never end; this looks at no more than the limit allows.
  func checkOutput(_ value: JSONValue) throws(EvaluationError) {
    var room = limits.maxOutputBytes
    if !Evaluator.fits(value, &room) { throw .outputLimit(limits.maxOutputBytes, node(program.start)) }
  }

  static func fits(_ value: JSONValue, _ room: inout Int) -> Bool {
    switch value {
    case .null, .bool: room -= 4
    case .number: room -= 1
    case .string(let string): room -= string.utf8.count + 2
    case .slice(let slice): room -= slice.byteCount
    case .array(let elements):
      room -= 2 + elements.count
      for element in elements where room >= 0 {
        if !fits(element, &room) { return false }
      }
    case .object(let object):
      room -= 2
      for member in object.members where room >= 0 {
        room -= member.name.utf8.count + 4
        if !fits(member.value, &room) { return false }
      }
    }
    return room >= 0
  }
}

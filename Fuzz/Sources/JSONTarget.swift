import JSONText

/// A text is taken exactly where RFC 8259 takes it; what is taken comes out as it went in, and can be taken apart and
/// put together again.
enum JSONTarget {
  static func run(_ bytes: [UInt8]) {
    let expected = JSONGrammar.accepts(bytes, maxDepth: JSONLimits().maxDepth)
    let document: JSONText
    do {
      document = try JSONText(bytes)
    } catch {
      hold(!expected, "refused: \(error)")
      hold((0...bytes.count).contains(error.offset), "an error at \(error.offset) of \(bytes.count)")
      _ = error.description
      return
    }
    hold(expected, "taken")
    checkSplice(document, bytes)
    checkNames(document.root)
    let rebuilt = rebuild(document.root).jsonText
    guard let again = try? JSONText(Array(rebuilt.utf8)) else { return hold(false, "rebuilt: \(rebuilt)") }
    hold(rebuild(again.root).jsonText == rebuilt, "rebuilt twice: \(rebuilt)")
  }

  private static func checkSplice(_ document: JSONText, _ bytes: [UInt8]) {
    var writer = JSONWriter()
    writer.write(JSONValue.slice(document.root))
    let space: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    var expected = Array(bytes.drop(while: space))
    while let last = expected.last, space(last) { expected.removeLast() }
    hold(writer.bytes == expected, "spliced otherwise than it came")
  }

  /// Each name finds the last member that has it, escaped or not.
  private static func checkNames(_ slice: JSONSlice) {
    var last: [[UInt8]: JSONSlice] = [:]
    var count = 0
    for (key, value) in slice.members {
      count += 1
      guard let name = key.string else { return hold(false, "a name that is no string") }
      last[Array(name.utf8)] = value
      checkNames(value)
    }
    for (name, value) in last {
      let found = slice[member: String(decoding: name, as: UTF8.self)]
      hold(found?.isSamePlace(as: value) == true, "the last member of a name is not found")
    }
    for element in slice.elements {
      count += 1
      checkNames(element)
    }
    hold(slice.count == count, "\(count) members, not \(slice.count)")
  }

  /// Everything converted, nothing spliced.
  private static func rebuild(_ slice: JSONSlice) -> JSONValue {
    switch slice.kind {
    case .object:
      return .object(JSONObject(slice.members.map { .init(name: $0.key.string ?? "", value: rebuild($0.value)) }))
    case .array: return .array(slice.elements.map(rebuild))
    case .string:
      guard let string = slice.string else { fatalError("a string that has no text") }
      return .string(string)
    case .number:
      guard let text = slice.numberText, let number = JSONNumber(text: text) else {
        fatalError("a number that is none")
      }
      hold(number.text == text, "a number that changed: \(text)")
      return .number(number)
    case .true, .false: return .bool(slice.kind == .true)
    case .null: return .null
    }
  }
}

import JMESPath
import JSONText

/// What became of an expression, in the words of the compliance suite.
enum Outcome: CustomStringConvertible {
  case value(JSONSlice)
  case error(String)

  init(_ expression: String, _ given: JSONSlice, limits: Limits = .init()) {
    do {
      let value = try Expression.compile(expression, limits: limits).evaluate(.slice(given))
      self = .value(try JSONText(string: value.jsonText).root)
    } catch let error as SyntaxError {
      self = .error(error.kind.rawValue)
    } catch let error as EvaluationError {
      self = .error(error.kind.rawValue)
    } catch {
      self = .error("\(error)")
    }
  }

  func meets(_ expected: CaseFile.Expected) -> Bool {
    switch (self, expected) {
    case (.value, .anything): true
    case (.value(let value), .result(let result)): value.isSameValue(as: result)
    case (.value(let value), .text(let text)): value.source == text
    case (.error(let error), .error(let wanted)): error == wanted
    default: false
    }
  }

  var description: String {
    switch self {
    case .value(let value): value.source
    case .error(let error): "error \(error)"
    }
  }
}

extension JSONSlice {
  /// Deep equality that shares no code with the library's: numbers as doubles, members in any order.
  func isSameValue(as other: JSONSlice) -> Bool {
    guard kind == other.kind, count == other.count else { return false }
    switch kind {
    case .number: return Double(numberText!) == Double(other.numberText!)
    case .string: return Array(string!.unicodeScalars) == Array(other.string!.unicodeScalars)
    case .array: return zip(elements, other.elements).allSatisfy { $0.isSameValue(as: $1) }
    case .object:
      return members.allSatisfy { key, value in
        other[member: key.string!].map { value.isSameValue(as: $0) } ?? false
      }
    default: return true
    }
  }
}

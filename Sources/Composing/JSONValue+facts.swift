import JSONText

extension JSONValue {
  /// JMESPath's notion of truth: null, false and everything empty are not.
  package var isTruthy: Bool {
    switch kind {
    case .null, .false: false
    case .true, .number: true
    case .string: string?.isEmpty == false
    case .array, .object: count > 0
    }
  }

  /// As the name of a member: a string as it is, a number by its text.
  var keyText: String? { string ?? numberText }

  /// A whole number that fits.
  var integer: Int? { numberText.flatMap { Int($0) } }
}

import JSONText

extension JSONValue {
  /// As the name of a member: a string as it is, a number by its text.
  var keyText: String? { string ?? numberText }

  /// A whole number that fits.
  var integer: Int? { numberText.flatMap { Int($0) } }
}

import JSONText

extension JSONValue {
  /// The value as the name of a member: a string as it is, a number by its text.
  var keyText: String? { string ?? numberText }
}

import JSONText

/// What the expressions of a template see: request inputs and call values by name. A value; copying it to add `item`
/// copies the short member list, never the values.
package struct Scope: Sendable {
  /// What an expression sees as `$`. Names that are missing read as null.
  package var root: JSONObject

  package init(_ root: JSONObject = JSONObject()) {
    self.root = root
  }
}

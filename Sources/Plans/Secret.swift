/// A value that is never printed, however it is asked for. Immutable.
package struct Secret<Value: Sendable>: Sendable {
  package let revealed: Value

  package init(_ value: Value) {
    revealed = value
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<redacted>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What was given to be explained does not fit the definitions.
package struct ExplanationError: Error, CustomStringConvertible {
  let message: String
  package var description: String { message }
}

import JSONText
import Messages

/// A route reads the request's body, and that is not JSON.
package struct RequestBodyFailure: Error, Equatable {
  /// Bytes before the place where it stops being JSON.
  package let offset: Int

  package var problem: Problem {
    Problem(
      400, detail: "the request body is not JSON", members: [(name: "offset", value: .number(JSONNumber(offset)))])
  }
}

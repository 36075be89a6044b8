/// The reason why a template gave nothing for one request. Holds no values of that request, so it may be logged.
package struct RenderFailure: Error, Hashable, Sendable {
  package enum Reason: String, Sendable {
    /// An expression failed at run time: its type did not fit, or it reached a cap.
    case expression
    /// A value in a path segment is null or empty.
    case emptySegment = "empty path segment"
    /// A value would make `.` or `..` of a path segment.
    case dotSegment = "dot segment"
    /// CR, LF, NUL or another control character in a header.
    case forbiddenCharacter = "forbidden character"
    /// An element of a list for header lines is none.
    case noText = "an element that is no text"
    /// A list for header lines is longer than `HeaderTemplate.maxLines`.
    case tooManyLines = "too many lines for a header"
    /// A value would be longer as a text than `JSONValue.maxTextBytes`.
    case tooLargeForText = "too large for a text"
    /// A call's body is larger than `CallPlan.maxBodyBytes`.
    case bodyTooLarge = "body too large"
    /// The request target is longer than `RequestTemplate.maxTargetBytes`.
    case tooLong = "request target too long"
  }

  package var reason: Reason
  /// The expression at fault, as the file has it; empty where the whole target is at fault.
  package var source: String
  /// What that expression reads: `["order", "id"]`. Tells whether a failed call, or only request inputs, had a part.
  package var reads: [[String]]
  /// What an expression's failure was, without values.
  package var detail: String

  package init(_ reason: Reason, source: String = "", reads: [[String]] = [], detail: String = "") {
    self.reason = reason
    self.source = source
    self.reads = reads
    self.detail = detail
  }

  /// The words for the log.
  package var message: String {
    switch reason {
    case .expression: "${\(source)} failed: \(detail)"
    case .tooLong: "the request target is longer than \(RequestTemplate.maxTargetBytes) bytes"
    case .bodyTooLarge: "the body is larger than \(CallPlan.maxBodyBytes.bytesWritten)"
    default: "${\(source)}: \(reason.rawValue)"
    }
  }

  /// Whether the failing expression reads nothing but inputs of the request (and constants): then the client is at
  /// fault. An `item` counts as not known to be an input.
  package var isOfRequestOnly: Bool { ScopeName.areRequestInputs(reads) }
}

/// A field of an answer that could not be made. Holds no values of the request, so it may be logged.
package struct FieldFailure: Hashable, Sendable {
  /// Its path in the answer: `savings`, `items[2].price`, `@` for the whole.
  package var field: String
  /// The words for the log.
  package var reason: String

  package init(_ field: String, reason: String) {
    self.field = field
    self.reason = reason
  }
}

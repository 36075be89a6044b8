/// One row of the table in docs/faults.md.
struct FaultLine: Sendable {
  var fault: String
  var call: String
  var proxy: String
  /// The test function that proves it.
  var test: String

  var markdown: String { "| \(fault) | \(call) | \(proxy) | `\(test)` |" }
}

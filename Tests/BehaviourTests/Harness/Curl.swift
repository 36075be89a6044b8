import Testing

/// curl, as a client that speaks every protocol of a listener.
enum Curl {
  /// What it writes; the test fails where it does not end with `status`.
  static func run(
    _ arguments: String..., status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let child = try ChildProcess(
      "/usr/bin/curl", ["--silent", "--show-error", "--max-time", "\(Patience.seconds)"] + arguments)
    #expect(child.waitForExit() == status, "\(child.errors.text)", sourceLocation: sourceLocation)
    return child.output.text
  }
}

import Messages

/// What answers transfers in place of a network: for tests of definitions, which open no socket. *Confined to* its loop's
/// thread.
package protocol NetworkScript: AnyObject {
  /// Answers a request that has come whole.
  func answer(_ request: ScriptedRequest) -> ScriptedAnswer
}

/// A request as a backend would get it. A value.
package struct ScriptedRequest: Sendable {
  /// Whose address it was sent to.
  package var origin: Origin
  package var method: String
  /// Path and query, as sent.
  package var target: String
  /// What is said of the connection and of the body's length is left out.
  package var headers: [HeaderField]
  package var body: [UInt8] = []
}

/// What a backend does with a request. A value.
package struct ScriptedAnswer: Sendable {
  package enum End: Sendable {
    case response(status: Int, headers: [HeaderField], body: [UInt8])
    /// Nothing ever comes.
    case silence
    /// The connection ends without a byte.
    case reset
    /// What comes is not HTTP.
    case garbage
  }

  /// From the end of the request to the first byte, which is all of it.
  package var delay: Duration
  package var end: End

  package init(after delay: Duration = .zero, _ end: End) {
    self.delay = delay
    self.end = end
  }
}

extension HeaderText {
  /// The lines, taken apart.
  var fields: [HeaderField] {
    text.split(separator: "\r\n").compactMap { HeaderField(line: String($0)) }
  }
}

extension HeaderField {
  /// `Name: value`; `nil` where nothing of it goes out, as of `Name:`.
  init?(line: String) {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      guard line.hasSuffix(";") else { return nil }
      self.init(String(line.dropLast()), "")
      return
    }
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    if value.isEmpty { return nil }
    self.init(String(line[..<colon]), String(value))
  }
}

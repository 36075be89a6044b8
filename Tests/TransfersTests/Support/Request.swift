/// A request as a scripted server read it.
struct Request: Sendable {
  /// The request line and the header lines, without line ends.
  var lines: [String]
  var body: [UInt8] = []

  var method: String { String(lines[0].prefix { $0 != " " }) }
  var target: String { lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(name: String) -> String? {
    values(name).first
  }

  func values(_ name: String) -> [String] {
    lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { return nil }
      return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
  }

  /// The names of all header fields, lower-case, in order.
  var names: [String] {
    lines.dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
  }
}

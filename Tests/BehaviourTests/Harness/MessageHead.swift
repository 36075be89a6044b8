/// The first line and the fields of an HTTP/1.1 message, as they came.
struct MessageHead: Sendable {
  struct Field: Sendable, Equatable {
    var name: String
    var value: String
  }

  /// Without its line end.
  var startLine: String
  /// In their order, duplicates included; values without white space around them.
  var fields: [Field] = []
  /// The whole head with its empty line.
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    startLine = String(lines[0])
    for line in lines.dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, !line.contains("\n") else {
        throw SocketFailure.malformed("header line “\(line)”")
      }
      fields.append(
        Field(name: String(line[..<colon]), value: line[line.index(after: colon)...].trimmingSpaces()))
    }
  }

  /// The values of a field, repeated lines joined by `, `; `nil` where there is none.
  subscript(name: String) -> String? {
    let values = all(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  func all(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}

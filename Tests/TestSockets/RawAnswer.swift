import Foundation

/// An answer as it came.
package struct RawAnswer {
  package let status: Int
  package let lines: [String]
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of every line of that name, in order.
  package func all(_ name: String) -> [String] {
    lines.compactMap { line in
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else { return nil }
      return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
  }

  package subscript(name: String) -> String? { all(name).first }
}

extension RawSocket {
  /// Reads one answer, whose end its framing tells. `isHead`: it has no body.
  package func answer(isHead: Bool = false) throws -> RawAnswer {
    let head = try receive(through: "\r\n\r\n")
    let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let empty = RawAnswer(status: status, lines: Array(lines.dropFirst()), body: [])
    if isHead || status < 200 || status == 204 || status == 304 { return empty }
    let body: [UInt8]
    if let length = empty["content-length"].flatMap({ Int($0) }) {
      body = try receive(exactly: length)
    } else if empty["transfer-encoding"] == "chunked" {
      body = try receiveChunks()
    } else {
      body = receiveAll()
    }
    return RawAnswer(status: status, lines: empty.lines, body: body)
  }

  private func receiveChunks() throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let size = Int(try receive(through: "\r\n").dropLast(1), radix: 16) ?? 0
      body += try receive(exactly: size)
      _ = try receive(exactly: 2)
      if size == 0 { return body }
    }
  }
}

/// Bytes in a case file: a text in UTF-8, `{latin1: text}` for one byte per character, or `{repeat: text, count: n}`.
struct CaseBytes: Decodable, Sendable {
  var bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      bytes = Array(text.utf8)
      return
    }
    let members = try decoder.members("latin1", "repeat", "count")
    if let text: String = try members["latin1"] {
      bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    } else {
      let text: String = try members.require("repeat")
      let unit = Array(text.utf8)
      let count: Int = try members.require("count")
      bytes = []
      bytes.reserveCapacity(unit.count * count)
      for _ in 0..<count { bytes.append(contentsOf: unit) }
    }
  }
}

/// Reads one JSON text strictly: nothing before or after it but white space.
struct JSONTreeParser {
  struct Failure: Error, CustomStringConvertible {
    var offset: Int
    var description: String { "not JSON at byte \(offset)" }
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func parse() throws -> JSONTree {
    let tree = try value()
    skipSpace()
    guard index == bytes.count else { throw Failure(offset: index) }
    return tree
  }

  private mutating func value() throws -> JSONTree {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object() throws -> JSONTree {
    var members: [JSONTree.Member] = []
    index += 1
    skipSpace()
    if accept("}") { return .object([]) }
    repeat {
      skipSpace()
      let name = try string()
      skipSpace()
      try expect(":")
      members.append(JSONTree.Member(name: name, value: try value()))
      skipSpace()
    } while accept(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array() throws -> JSONTree {
    var elements: [JSONTree] = []
    index += 1
    skipSpace()
    if accept("]") { return .array([]) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while accept(",")
    try expect("]")
    return .array(elements)
  }

  private mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw Failure(offset: index) }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw Failure(offset: index - 1)
      default: text.append(byte)
      }
    }
    throw Failure(offset: index)
  }

  private mutating func escape() throws -> [UInt8] {
    guard let byte = peek else { throw Failure(offset: index) }
    index += 1
    switch byte {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"): break
    default: throw Failure(offset: index - 1)
    }
    var scalar = try hex()
    if (0xD800..<0xDC00).contains(scalar), bytes[index...].starts(with: Array("\\u".utf8)) {
      index += 2
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (try hex() - 0xDC00)
    }
    return Array(String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
  }

  private mutating func hex() throws -> UInt32 {
    guard index + 4 <= bytes.count,
      let number = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
    else { throw Failure(offset: index) }
    index += 4
    return number
  }

  private mutating func number() throws -> String {
    let start = index
    _ = accept("-")
    if !accept("0") { try digits() }
    if accept(".") { try digits() }
    if accept("e") || accept("E") {
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() throws {
    let start = index
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    guard index > start else { throw Failure(offset: index) }
  }

  private mutating func word(_ text: String, _ tree: JSONTree) throws -> JSONTree {
    guard bytes[index...].starts(with: Array(text.utf8)) else { throw Failure(offset: index) }
    index += text.utf8.count
    return tree
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { index += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw Failure(offset: index) }
  }
}

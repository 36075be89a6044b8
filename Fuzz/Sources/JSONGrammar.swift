/// RFC 8259 by recursive descent, as plainly as possible: says whether a text is JSON. Shares nothing with JSONText.
struct JSONGrammar {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  static func accepts(_ bytes: [UInt8], maxDepth: Int) -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    var grammar = JSONGrammar(bytes: bytes, maxDepth: maxDepth)
    return grammar.value() && grammar.index == bytes.count
  }

  private let maxDepth: Int

  private init(bytes: [UInt8], maxDepth: Int) {
    self.bytes = bytes
    self.maxDepth = maxDepth
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func space() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    guard bytes[index...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) else {
      return false
    }
    index += text.utf8CodeUnitCount
    return true
  }

  private mutating func value() -> Bool {
    space()
    defer { space() }
    switch next {
    case UInt8(ascii: "{"): return container("}") { $0.member() }
    case UInt8(ascii: "["): return container("]") { $0.value() }
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "t"): return take("true")
    case UInt8(ascii: "f"): return take("false")
    case UInt8(ascii: "n"): return take("null")
    default: return number()
    }
  }

  private mutating func container(_ end: StaticString, _ element: (inout JSONGrammar) -> Bool) -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth <= maxDepth else { return false }
    index += 1
    space()
    if take(end) { return true }
    while true {
      guard element(&self) else { return false }
      if take(end) { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func member() -> Bool {
    space()
    guard next == UInt8(ascii: "\""), string() else { return false }
    space()
    return take(":") && value()
  }

  private mutating func string() -> Bool {
    index += 1
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"):
        guard let escape = next else { return false }
        index += 1
        if escape == UInt8(ascii: "u") {
          for _ in 0..<4 {
            guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else { return false }
            index += 1
          }
        } else if !"\"\\/bfnrt".utf8.contains(escape) {
          return false
        }
      case 0..<0x20: return false
      default: break
      }
    }
    return false
  }

  private mutating func digits() -> Bool {
    let start = index
    while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
    return index > start
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0") { guard digits() else { return false } }
    if take(".") { guard digits() else { return false } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      return digits()
    }
    return true
  }
}

import JSONText

extension JSONValue {
  var isNull: Bool {
    switch self {
    case .null: true
    case .slice(let slice): slice.kind == .null
    default: false
    }
  }

  /// As text inside a longer string: a string as it is, a number as its text, null as nothing, others as JSON.
  var text: String {
    switch self {
    case .string(let string): return string
    case .null: return ""
    case .bool(let bool): return bool ? "true" : "false"
    case .slice(let slice):
      switch slice.kind {
      case .string: return slice.string ?? ""
      case .null: return ""
      default: return slice.withBytes { String(decoding: $0, as: UTF8.self) }
      }
    case .number, .array, .object:
      var writer = JSONWriter(capacity: 64)
      writer.write(self)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
  }

  /// Lends the bytes of `text`; a string of a document is lent from there where it has no escapes. The borrowed bytes
  /// are valid only within `body`.
  func withTextBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    switch self {
    case .slice(let slice):
      if slice.kind == .null { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
      guard slice.kind == .string else { return slice.withBytes(body) }
      let direct: R? = slice.withBytes { bytes in
        let inner = UnsafeRawBufferPointer(rebasing: bytes[1..<(bytes.count - 1)])
        return inner.contains(UInt8(ascii: "\\")) ? nil : body(inner)
      }
      if let direct { return direct }
    default: break
    }
    var copy = text
    return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}

extension JSONSlice {
  /// A string's text with its escapes resolved (a lone surrogate becomes U+FFFD); nil for any other kind.
  public var string: String? {
    guard kind == .string else { return nil }
    let isEscaped = entry.isEscaped
    return withBytes { bytes in
      let content = UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1])
      return isEscaped ? JSONUnescape.string(content) : String(decoding: content, as: UTF8.self)
    }
  }

  /// A number's text as it came; nil for any other kind.
  public var numberText: String? {
    guard kind == .number else { return nil }
    return withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// `true` or `false`; nil for any other kind.
  public var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// True for a string without a character, without decoding it.
  public var isEmptyString: Bool { kind == .string && byteCount == 2 }

  /// A string's UTF-8 where it stands, without its quotes, for the duration of the call; nil for any other kind and
  /// for a string with escapes.
  @inline(__always)
  public func withPlainString<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
    let here = entry
    guard here.kind == .string, !here.isEscaped else { return nil }
    return try text.bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[Int(widening: here.start) + 1..<Int(widening: here.end) - 1]))
    }
  }

  /// The bytes as text, exactly as they came.
  public var source: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

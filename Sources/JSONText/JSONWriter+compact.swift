extension JSONWriter {
  /// Writes any value without white space between its parts; slices lose theirs, and nothing else of their text.
  public mutating func writeCompact(_ value: JSONValue) {
    switch value {
    case .slice(let slice): writeCompact(slice)
    case .array(let elements):
      beginArray()
      for element in elements where !overflowed { writeCompact(element) }
      endArray()
    case .object(let object):
      beginObject()
      for member in object.members where !overflowed {
        write(name: member.name)
        writeCompact(member.value)
      }
      endObject()
    default: write(value)
    }
  }

  private mutating func writeCompact(_ slice: JSONSlice) {
    guard slice.kind == .object || slice.kind == .array else {
      write(slice)
      return
    }
    beginValue()
    slice.withBytes { bytes in
      var start = 0
      var i = 0
      var isInString = false
      while i < bytes.count, !overflowed {
        let byte = bytes[i]
        if isInString {
          if byte == UInt8(ascii: "\\") { i += 1 } else if byte == UInt8(ascii: "\"") { isInString = false }
        } else if byte == UInt8(ascii: "\"") {
          isInString = true
        } else if byte <= 0x20 {
          append(UnsafeRawBufferPointer(rebasing: bytes[start..<i]))
          start = i + 1
        }
        i += 1
      }
      append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
  }
}

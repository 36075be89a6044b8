/// Appends JSON to one buffer of bytes. Commas are set by the writer: a value or a name that follows a value in the
/// same container gets one.
///
/// Nothing checks that the calls make a document: an `endArray` for a `beginObject` is written as told.
public struct JSONWriter: Sendable {
  /// What was written. Incomplete where `overflowed` is true.
  public private(set) var bytes: [UInt8]
  /// True once something did not fit into `maxBytes`; from then on nothing is written.
  public private(set) var overflowed = false
  /// The bound on the length of `bytes`.
  public let maxBytes: Int
  private var needsComma = false

  /// An empty buffer with room for `capacity` bytes, which grows to `maxBytes` at most.
  public init(capacity: Int = 1024, maxBytes: Int = .max) {
    bytes = []
    bytes.reserveCapacity(min(capacity, maxBytes))
    self.maxBytes = maxBytes
  }

  /// Length of what was written.
  public var count: Int { bytes.count }

  /// Begins an object.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Ends an object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Begins an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Ends an array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a member's name and the colon; its value is to follow.
  public mutating func write(name: String) {
    beginValue()
    appendQuoted(name)
    append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes `null`.
  public mutating func writeNull() { writeWord("null") }

  /// Writes `true` or `false`.
  public mutating func write(_ value: Bool) { writeWord(value ? "true" : "false") }

  /// Writes a string with its quotes, escaping only what has to be.
  public mutating func write(_ string: String) {
    beginValue()
    appendQuoted(string)
  }

  /// Writes a number as its text.
  public mutating func write(_ number: JSONNumber) {
    beginValue()
    append(utf8: number.text)
  }

  /// Writes an integer.
  public mutating func write(_ integer: Int) {
    beginValue()
    append(utf8: String(integer))
  }

  /// Copies the bytes of a slice as they came.
  public mutating func write(_ slice: JSONSlice) {
    beginValue()
    slice.withBytes { append($0) }
  }

  /// Writes any value.
  public mutating func write(_ value: JSONValue) {
    switch value {
    case .null: writeNull()
    case .bool(let value): write(value)
    case .number(let number): write(number)
    case .string(let string): write(string)
    case .array(let elements):
      beginArray()
      for element in elements where !overflowed { write(element) }
      endArray()
    case .object(let object): write(object)
    case .slice(let slice): write(slice)
    }
  }

  /// Writes an object with its members in their order.
  public mutating func write(_ object: JSONObject) {
    beginObject()
    for member in object.members where !overflowed {
      write(name: member.name)
      write(member.value)
    }
    endObject()
  }

  /// Copies a run of JSON that was rendered before, such as `{"user":`, with no comma before it. Whether a comma is
  /// due afterwards is told by its last byte.
  public mutating func writeRaw(_ run: [UInt8]) {
    run.withUnsafeBytes { writeRaw($0) }
  }

  /// The same for a run that the program holds.
  public mutating func writeRaw(_ run: StaticString) {
    run.withUTF8Buffer { writeRaw(UnsafeRawBufferPointer($0)) }
  }

  /// The same for bytes that live elsewhere.
  public mutating func writeRaw(_ run: UnsafeRawBufferPointer) {
    guard let last = run.last else { return }
    append(run)
    switch last {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: ":"): needsComma = false
    default: needsComma = true
    }
  }

  /// Forgets what was written and keeps the buffer.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    overflowed = false
    needsComma = false
  }

  private mutating func open(_ byte: UInt8) {
    beginValue()
    append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    append(byte)
    needsComma = true
  }

  private mutating func writeWord(_ word: StaticString) {
    beginValue()
    word.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
  }

  @inline(__always)
  mutating func beginValue() {
    if needsComma { append(UInt8(ascii: ",")) }
    needsComma = true
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    guard bytes.count < maxBytes, !overflowed else {
      overflowed = true
      return
    }
    bytes.append(byte)
  }

  @inline(__always)
  mutating func append(_ run: UnsafeRawBufferPointer) {
    guard run.count <= maxBytes - bytes.count, !overflowed else {
      overflowed = true
      return
    }
    bytes.append(contentsOf: run)
  }

  private mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }
}

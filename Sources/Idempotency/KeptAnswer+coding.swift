import NIOCore

// The form in Redis: version (1), status (16 bits), length of the fields (32), the fields, the body. All numbers are
// big-endian.
extension KeptAnswer {
  private static let version: UInt8 = 1

  /// `nil` beyond the form's counts.
  var stored: ByteBuffer? {
    guard let status = UInt16(exactly: status), let length = UInt32(exactly: fields.bytes.readableBytes) else {
      return nil
    }
    var buffer = ByteBufferAllocator().buffer(capacity: 7 + fields.bytes.readableBytes + body.readableBytes)
    buffer.writeMultipleIntegers(Self.version, status, length)
    buffer.writeImmutableBuffer(fields.bytes)
    buffer.writeImmutableBuffer(body)
    return buffer
  }

  /// `nil` for what is of another version, or not ours.
  init?(stored value: ByteBuffer) {
    var buffer = value
    guard let (version, status, length) = buffer.readMultipleIntegers(as: (UInt8, UInt16, UInt32).self),
      version == Self.version, Self.statuses.contains(Int(widening: status)),
      let bytes = buffer.readSlice(length: Int(widening: length)), let fields = KeptFields(stored: bytes),
      buffer.readableBytes <= Self.mostBodyBytes
    else { return nil }
    self.init(status: Int(widening: status), fields: fields, body: buffer)
  }
}

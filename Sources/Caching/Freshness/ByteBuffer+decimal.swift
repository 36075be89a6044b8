import NIOCore

extension ByteBuffer {
  /// Decimal digits, with a sign where it is negative; allocates nothing.
  mutating func writeDecimal(_ number: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var place = 20
      var rest = number.magnitude
      repeat {
        place -= 1
        digits[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 { writeInteger(UInt8(ascii: "-")) }
      _ = writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[place...]))
    }
  }
}

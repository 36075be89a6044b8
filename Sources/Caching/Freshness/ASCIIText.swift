/// A short text under construction on the stack. *Confined to* the call of `with`.
struct ASCIIText {
  /// Bytes; of a longer text the end is lost.
  private static let capacity = 128

  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var count = 0

  static func with<R>(_ body: (inout ASCIIText) -> R) -> R {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      var text = ASCIIText(buffer: buffer)
      return body(&text)
    }
  }

  private init(buffer: UnsafeMutableBufferPointer<UInt8>) {
    self.buffer = buffer
  }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[..<count]) }

  mutating func clear() { count = 0 }

  mutating func write(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
  }

  /// Writes a number in decimal digits.
  mutating func write(_ number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let start = count
    var rest = number.magnitude
    repeat {
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    buffer[start..<count].reverse()
  }

  private mutating func append(_ byte: UInt8) {
    guard count < buffer.count else { return }
    buffer[count] = byte
    count += 1
  }
}

import Messages
import NIOCore

/// An answer that is given again. A value.
package struct KeptAnswer: Equatable, Sendable {
  /// The longest body that is kept, in bytes.
  package static let mostBodyBytes = 1 << 20
  /// An answer that says that its request may be sent again is not kept.
  package static let statuses = 200...499

  package let status: Int
  package let fields: KeptFields
  package let body: ByteBuffer

  /// - Parameters:
  ///   - status: one of `statuses`.
  ///   - body: of at most `mostBodyBytes`.
  package init(status: Int, fields: KeptFields, body: ByteBuffer) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// What it takes in memory, about, in bytes.
  var size: Int { fields.bytes.storageCapacity + body.storageCapacity }
}

/// The fields of an answer, as bytes. A value: for each the length of the name (16 bits) and of the value (32), name, value.
package struct KeptFields: Equatable, Sendable {
  private(set) var bytes = ByteBuffer()

  package init() {}

  /// One whose name is longer than any head is left out.
  package mutating func append(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    guard let nameLength = UInt16(exactly: name.count), let valueLength = UInt32(exactly: value.count) else { return }
    bytes.writeMultipleIntegers(nameLength, valueLength)
    bytes.writeBytes(name)
    bytes.writeBytes(value)
  }

  /// `nil` for what could not have been kept, such as a value with a line break: who can write to Redis can write anything.
  init?(stored bytes: ByteBuffer) {
    self.bytes = bytes
    var rest = bytes
    while rest.readableBytes > 0 {
      guard let (name, value) = Self.next(&rest), Self.isName(name), Self.isValue(value) else { return nil }
    }
  }

  private static func next(_ rest: inout ByteBuffer) -> (name: ByteBuffer, value: ByteBuffer)? {
    guard let lengths = rest.readMultipleIntegers(as: (UInt16, UInt32).self),
      let name = rest.readSlice(length: Int(widening: lengths.0)),
      let value = rest.readSlice(length: Int(widening: lengths.1))
    else { return nil }
    return (name, value)
  }

  private static func isName(_ name: ByteBuffer) -> Bool {
    name.readableBytes > 0
      && name.readableBytesView.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }

  private static func isValue(_ value: ByteBuffer) -> Bool {
    value.readableBytesView.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}

extension KeptFields: FieldSequence {
  package func forEachField(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var rest = bytes
    while let (name, value) = Self.next(&rest) {
      name.withUnsafeReadableBytes { name in
        value.withUnsafeReadableBytes { value in
          body(name.bindMemory(to: UInt8.self), value.bindMemory(to: UInt8.self))
        }
      }
    }
  }

  package var estimatedBytes: Int { bytes.readableBytes }
}

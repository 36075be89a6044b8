/// The fields of a head or a trailer section, in their order, as bytes: a backend's need not be text.
package protocol FieldSequence {
  /// Calls `body` for each field. The value may have the white space around it that it came with, which is no part of it
  /// (RFC 9110 §5.5). The pointers are good for that call only.
  func forEachField(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void)

  /// About how many bytes they take, for whoever makes room.
  var estimatedBytes: Int { get }
}

extension [HeaderField]: FieldSequence {
  package func forEachField(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    for field in self {
      var (name, value) = (field.name, field.value)
      name.withUTF8 { name in value.withUTF8 { value in body(name, value) } }
    }
  }

  package var estimatedBytes: Int {
    reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }
}

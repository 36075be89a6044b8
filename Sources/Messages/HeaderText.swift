/// *Immutable.* Header lines that several requests send alike, in the form in which they go out: `Name: value`, CR LF
/// between them, a NUL at the end. Compared by identity.
package final class HeaderText: Sendable {
  /// The bytes with the NUL.
  package nonisolated(unsafe) let bytes: UnsafeBufferPointer<CChar>  // never written to

  /// `fields` adds lines. `nil` where there is none.
  package init?(_ fields: (inout Lines) -> Void) {
    var lines = Lines()
    fields(&lines)
    guard !lines.bytes.isEmpty else { return nil }
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: lines.bytes.count + 1)
    _ = copy.initialize(from: lines.bytes.lazy.map { CChar(bitPattern: $0) })
    copy.initializeElement(at: lines.bytes.count, to: 0)
    bytes = UnsafeBufferPointer(copy)
  }

  deinit {
    bytes.deallocate()
  }

  /// The text for tests and the log.
  package var text: String {
    String(decoding: UnsafeRawBufferPointer(bytes).dropLast(), as: UTF8.self)
  }

  /// Lines while they are written.
  package struct Lines {
    fileprivate var bytes: [UInt8] = []

    fileprivate init() {
      bytes.reserveCapacity(512)
    }

    /// `name` must be a token (RFC 9110 §5.6.2); `value` appends. A value that holds a control character other
    /// than the tab leaves the line out: it could begin another one.
    package mutating func add(_ name: StaticString, _ value: (inout [UInt8]) -> Void) {
      name.withUTF8Buffer { add($0, value) }
    }

    /// The same for a name that a message came with.
    package mutating func add(_ name: String, _ value: [UInt8]) {
      var name = name
      name.withUTF8 { add($0) { $0 += value } }
    }

    private func holdsControl(from start: Int) -> Bool {
      bytes.withUnsafeBufferPointer { bytes in
        // Without a branch, so that it is done for many bytes at once.
        var found: UInt8 = 0
        for byte in bytes[start...] {
          found |= (byte < 0x20 ? 1 : 0) & (byte != 0x09 ? 1 : 0) | (byte == 0x7F ? 1 : 0)
        }
        return found != 0
      }
    }

    private mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: (inout [UInt8]) -> Void) {
      let start = bytes.count
      if start > 0 { bytes.append(contentsOf: [13, 10]) }
      bytes.append(contentsOf: name)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(UInt8(ascii: " "))
      let valueStart = bytes.count
      value(&bytes)
      if holdsControl(from: valueStart) { bytes.removeLast(bytes.count - start) }
    }
  }
}

extension HeaderText: Hashable {
  package static func == (left: HeaderText, right: HeaderText) -> Bool { left === right }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

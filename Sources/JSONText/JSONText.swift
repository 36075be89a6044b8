import Glibc

/// *Immutable*: a valid JSON document as it came, and an index of its values. Nothing is converted until asked for,
/// so numbers, escapes, white space and the order of members stay what they were.
///
/// One pass validates the whole text (RFC 8259, UTF-8 included; a byte order mark before it is passed over) and leaves 16 bytes per value. The bytes are kept as
/// long as any slice of the document lives.
public final class JSONText: Sendable {
  let bytes: [UInt8]
  /// Owned, never written after `init`.
  nonisolated(unsafe) let nodes: UnsafePointer<JSONNode>
  /// How many values and names the document holds.
  public let nodeCount: Int

  /// Takes over the bytes without copying them.
  public init(_ bytes: consuming [UInt8], limits: JSONLimits = .init()) throws(JSONError) {
    self.bytes = bytes
    guard self.bytes.count <= min(limits.maxBytes, Int(widening: UInt32.max) - 64) else {
      throw JSONError(offset: limits.maxBytes, reason: .tooLarge)
    }
    var scanner = JSONScanner(maxDepth: limits.maxDepth, byteCount: self.bytes.count)
    let failure = self.bytes.withUnsafeBufferPointer { scanner.scan($0) }
    if let failure {
      scanner.discard()
      throw failure
    }
    (nodes, nodeCount) = scanner.takeNodes()
  }

  /// Reads a string's UTF-8.
  public convenience init(string: String, limits: JSONLimits = .init()) throws(JSONError) {
    try self.init(Array(string.utf8), limits: limits)
  }

  deinit {
    free(UnsafeMutablePointer(mutating: nodes))
  }

  /// The document's one value.
  public var root: JSONSlice { JSONSlice(text: self, node: 0) }

  /// Length of the text in bytes, white space around the value included.
  public var byteCount: Int { bytes.count }
}

/// What a document may cost. Checked while reading, before anything is kept.
public struct JSONLimits: Sendable, Hashable {
  /// Containers within containers. Bounds every recursion over the document, here and in a reader.
  public var maxDepth: Int
  /// Length of the text in bytes. The index holds 32-bit offsets, so nothing above 4 GiB is taken in any case.
  public var maxBytes: Int

  /// 512 levels and 64 MiB.
  public init(maxDepth: Int = 512, maxBytes: Int = 64 << 20) {
    self.maxDepth = maxDepth
    self.maxBytes = maxBytes
  }
}

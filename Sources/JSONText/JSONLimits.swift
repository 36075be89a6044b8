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

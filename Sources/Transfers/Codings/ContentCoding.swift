/// A content coding that can be taken off (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
enum ContentCoding: String, CaseIterable {
  case gzip, deflate, br, zstd

  /// `nil`: another one. In any case of letters, and by gzip's older name.
  init?(_ name: some Collection<UInt8>) {
    let name = String(decoding: name, as: UTF8.self).lowercased()
    self.init(rawValue: name == "x-gzip" ? "gzip" : name)
  }

  /// `nil` when memory is out.
  func decompressor() -> (any Decompressor)? {
    switch self {
    case .gzip, .deflate: ZlibDecompressor(self)
    case .br: BrotliDecompressor()
    case .zstd: ZstdDecompressor()
    }
  }
}

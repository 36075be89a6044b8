import CCurl

/// libcurl as it was built: initialised once, before any handle exists.
enum CurlLibrary {
  /// The encodings of `acceptsCompression`, in order of preference; `nil` where libcurl has none of them. Reading it
  /// initialises libcurl (thread-safe: a static, and `curl_global_init` itself is since 7.84).
  static let acceptedEncodings: String? = {
    let code = curl_global_init(weft_global_default)
    precondition(code == CURLE_OK, "libcurl can't start: \(code.rawValue)")
    guard let info = curl_version_info(weft_version_now) else { return nil }
    let features = info.pointee.features
    let encodings = [(CURL_VERSION_LIBZ, "gzip"), (CURL_VERSION_BROTLI, "br"), (CURL_VERSION_ZSTD, "zstd")]
      .filter { features & Int32($0.0) != 0 }.map(\.1)
    return encodings.isEmpty ? nil : encodings.joined(separator: ", ")
  }()

  static func initialize() {
    _ = acceptedEncodings
  }
}

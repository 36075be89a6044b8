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

  /// Before 8.0, a second request over a connection begun with prior knowledge of HTTP/2 wraps it in HTTP/2 once more
  /// (`Curl_http` calls `Curl_http2_switch` whatever the connection is), and fails.
  static let reusesPriorKnowledge: Bool = {
    guard let info = curl_version_info(weft_version_now) else { return false }
    return info.pointee.version_num >= 0x080000
  }()

  static func initialize() {
    _ = acceptedEncodings
  }
}

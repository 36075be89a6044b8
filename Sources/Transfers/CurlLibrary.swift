import CCurl

/// libcurl as it was built: initialised once, before any handle exists.
enum CurlLibrary {
  /// Once, before anything else of libcurl (thread-safe: a static, and `curl_global_init` itself is since 7.84).
  private static let isReady: Bool = {
    let code = curl_global_init(weft_global_default)
    precondition(code == CURLE_OK, "libcurl can't start: \(code.rawValue)")
    return true
  }()

  /// Before 8.0, a second request over a connection begun with prior knowledge of HTTP/2 wraps it in HTTP/2 once more
  /// (`Curl_http` calls `Curl_http2_switch` whatever the connection is), and fails.
  static let reusesPriorKnowledge = version >= 0x080000

  /// Before 8.1.1, a handle keeps the address of the last header that it stored beyond the header's life.
  static let remembersFreedHeaders = version < 0x080101

  private static let version = curl_version_info(weft_version_now)?.pointee.version_num ?? 0

  static func initialize() {
    _ = isReady
  }
}

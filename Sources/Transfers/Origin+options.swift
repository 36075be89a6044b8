import CCurl

extension Origin {
  /// For how long the system's authorities are believed as they were read, in seconds: libcurl's own default.
  private static let systemAuthoritiesAge = 24 * 3600

  /// Tells a handle of libcurl all that follows from the origin alone.
  func setOptions(of pointer: UnsafeMutableRawPointer) {
    weft_set_string(pointer, CURLOPT_URL, url)
    weft_set_long(pointer, CURLOPT_HTTP_VERSION, curlVersion)
    weft_set_string(pointer, CURLOPT_UNIX_SOCKET_PATH, settings.unixSocket)
    weft_set_string(pointer, CURLOPT_SSLCERT, settings.certificate)
    weft_set_string(pointer, CURLOPT_SSLKEY, settings.key)
    // A session that is resumed keeps the certificate that it began with, and each one leads to the next: a new certificate
    // would never be shown.
    weft_set_long(pointer, CURLOPT_SSL_SESSIONID_CACHE, settings.certificate == nil ? 1 : 0)
    setAuthorities(of: pointer)
    weft_set_long(pointer, CURLOPT_SSL_VERIFYPEER, settings.verifies ? 1 : 0)
    weft_set_long(pointer, CURLOPT_SSL_VERIFYHOST, settings.verifies ? 2 : 0)
  }

  private func setAuthorities(of pointer: UnsafeMutableRawPointer) {
    // libcurl would go on with what it has once read for a day. The system's are many, and 20 ms to read.
    weft_set_long(pointer, CURLOPT_CA_CACHE_TIMEOUT, settings.authorities == nil ? Self.systemAuthoritiesAge : 0)
    if let path = settings.authorities {
      weft_set_string(pointer, CURLOPT_CAINFO, path)
      weft_set_string(pointer, CURLOPT_CAPATH, nil)
    } else {
      let defaults = curl_version_info(weft_version_now)
      weft_set_string(pointer, CURLOPT_CAINFO, defaults?.pointee.cainfo)
      weft_set_string(pointer, CURLOPT_CAPATH, defaults?.pointee.capath)
    }
  }
}

import CCurl

extension EasyHandle {
  /// Options of every transfer, set once.
  func setConstants(loop: TransferLoop) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    weft_set_long(pointer, CURLOPT_NOSIGNAL, 1)
    // A name lookup that is given up is left to its thread; without this the loop would wait for it.
    weft_set_long(pointer, CURLOPT_QUICK_EXIT, 1)
    weft_set_long(pointer, CURLOPT_PATH_AS_IS, 1)
    weft_set_long(pointer, CURLOPT_TCP_NODELAY, 1)
    weft_set_long(pointer, CURLOPT_FOLLOWLOCATION, 0)
    // `ConnectionLife` is what counts: libcurl's times are in seconds, and hold for all connections of a loop.
    weft_set_long(pointer, CURLOPT_MAXAGE_CONN, Int(widening: Int32.max))
    weft_set_long(pointer, CURLOPT_MAXLIFETIME_CONN, 0)
    weft_set_long(pointer, CURLOPT_HTTP09_ALLOWED, 0)
    // Compression is asked for, but unpacked by `BodyDecoder`.
    weft_set_long(pointer, CURLOPT_HTTP_CONTENT_DECODING, 0)
    // Chunks are taken apart by `ResponseBody`.
    weft_set_long(pointer, CURLOPT_HTTP_TRANSFER_DECODING, 0)
    weft_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
    weft_set_string(pointer, CURLOPT_PROXY, "")
    weft_set_pointer(pointer, CURLOPT_ERRORBUFFER, message.baseAddress)
    weft_set_pointer(pointer, CURLOPT_PRIVATE, context)
    weft_set_pointer(pointer, CURLOPT_WRITEDATA, context)
    weft_set_pointer(pointer, CURLOPT_HEADERDATA, context)
    weft_set_pointer(pointer, CURLOPT_READDATA, context)
    weft_set_pointer(pointer, CURLOPT_PREREQDATA, context)
    weft_set_pointer(pointer, CURLOPT_XFERINFODATA, context)
    weft_set_pointer(pointer, CURLOPT_OPENSOCKETDATA, context)
    weft_set_pointer(pointer, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(loop).toOpaque())
    weft_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, CurlCallbacks.write)
    weft_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, CurlCallbacks.header)
    weft_set_data_callback(pointer, CURLOPT_READFUNCTION, CurlCallbacks.read)
    weft_set_log_callback(pointer, CurlCallbacks.log)
    weft_set_pointer(pointer, CURLOPT_DEBUGDATA, context)
    weft_set_request_callback(pointer, CurlCallbacks.request)
    weft_set_progress_callback(pointer, CurlCallbacks.progress)
    weft_set_open_callback(pointer, CurlCallbacks.openSocket)
    weft_set_close_callback(pointer, CurlCallbacks.closeSocket)
  }
}

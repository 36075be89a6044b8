import CCurl
import Glibc
import Reactor

/// The functions that libcurl calls. They hold nothing, never throw and call nothing of libcurl back but its setters of
/// options: they record and return. Their context is an `EasyHandle` or a `TransferLoop`, which outlive the handle and
/// the sockets they belong to.
enum CurlCallbacks {
  static let write: weft_data_callback = { bytes, size, count, context in
    let handle = handle(context)
    if handle.head.isHTTP2 { handle.transfer?.loop.stir(handle) }
    return handle.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
  }

  static let header: weft_data_callback = { bytes, size, count, context in
    let handle = handle(context)
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch handle.receive(line: line) {
    case .broken: return 0
    case .more: return line.count
    case .lastOfHTTP2:
      handle.loop.stir(handle)
      return line.count
    case .last: return handle.beginsRest() ? Int(CURL_WRITEFUNC_PAUSE) : line.count
    }
  }

  static let read: weft_data_callback = { bytes, size, count, context in
    guard let transfer = handle(context).transfer else { return Int(CURL_READFUNC_ABORT) }
    return transfer.pullBody(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
  }

  /// Called before each attempt at sending.
  static let request: weft_request_callback = { context, peer, _, port, localPort in
    let connection = ConnectionName(peer: peer, port: port, localPort: localPort)
    return handle(context).mayBegin(over: connection) ? Int32(CURL_PREREQFUNC_OK) : Int32(CURL_PREREQFUNC_ABORT)
  }

  /// libcurl's log, where it was turned on; see `EasyHandle.watchForFold` and `beginsRest`.
  static let log: weft_log_callback = { _, kind, text, size, context in
    guard let text, size > 0 else { return 0 }
    if kind == CURLINFO_HEADER_IN { handle(context).spoil(text) }
    guard kind == CURLINFO_TEXT else { return 0 }
    let beginning: StaticString = "Excess found"
    let count = beginning.utf8CodeUnitCount
    if size >= count, memcmp(text, beginning.utf8Start, count) == 0 { handle(context).hasExcess = true }
    return 0
  }

  /// Called while something is sent, and before a connection is closed under it.
  static let progress: weft_progress_callback = { context, _, _, _, _ in
    handle(context).readLateResponse()
    return 0
  }

  static let openSocket: weft_open_callback = { context, _, address in
    guard let address else { return -1 }
    let flags = Int32(bitPattern: SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(address.pointee.family, address.pointee.socktype | flags, address.pointee.protocol)
    let handle = handle(context)
    if descriptor >= 0 {
      handle.loop.socketOpened(descriptor)
      handle.loop.connectionBegins(handle)
    }
    return descriptor
  }

  static let closeSocket: weft_close_callback = { context, descriptor in
    loop(context).socketClosed(descriptor)
    return close(descriptor)
  }

  static let socket: weft_socket_callback = { easy, descriptor, what, context, _ in
    let interest: Interest =
      switch what {
      case CURL_POLL_IN: .read
      case CURL_POLL_OUT: .write
      case CURL_POLL_INOUT: [.read, .write]
      default: []
      }
    var owner: UnsafeMutableRawPointer?
    if !interest.isEmpty, let easy, weft_get_pointer(easy, &owner) == CURLE_OK, owner != nil {
      loop(context).place(handle(owner), on: descriptor)
    }
    loop(context).socketWanted(descriptor, interest)
    return 0
  }

  static let timer: weft_timer_callback = { _, milliseconds, context in
    loop(context).timerWanted(milliseconds)
    return 0
  }

  private static func handle(_ context: UnsafeMutableRawPointer?) -> EasyHandle {
    Unmanaged<EasyHandle>.fromOpaque(context!).takeUnretainedValue()
  }

  private static func loop(_ context: UnsafeMutableRawPointer?) -> TransferLoop {
    Unmanaged<TransferLoop>.fromOpaque(context!).takeUnretainedValue()
  }
}

/// libcurl as it was built: initialised once, before any handle exists.
enum CurlLibrary {
  /// The start of libcurl, once, before anything else of it (thread-safe: a static, and `curl_global_init` itself is
  /// since 7.84).
  private static let isReady: Bool = {
    let code = curl_global_init(weft_global_default)
    precondition(code == CURLE_OK, "libcurl can't start: \(code.rawValue)")
    return true
  }()

  /// Whether connections with prior knowledge can be used again: not before 8.0, where a second request over a
  /// connection begun with prior knowledge of HTTP/2 wraps it in HTTP/2 once more (`Curl_http` calls
  /// `Curl_http2_switch` whatever the connection is), and fails.
  static let reusesPriorKnowledge = version >= 0x080000

  /// Whether it is older than 8.1.1, where a handle keeps the address of the last header that it stored beyond the
  /// header's life.
  static let remembersFreedHeaders = version < 0x080101

  private static let version = curl_version_info(weft_version_now)?.pointee.version_num ?? 0

  static func initialize() {
    _ = isReady
  }
}

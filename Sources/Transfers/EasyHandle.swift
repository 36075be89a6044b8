import CCurl
import Glibc
import Messages
import Timing

/// *Confined to its loop.* A `CURL *` with what its options are now, so that the next transfer sets only what differs.
final class EasyHandle {
  /// The way in which libcurl is told the method. `custom` carries the name beside one of the others.
  enum Kind { case get, head, fields, upload }

  let pointer: UnsafeMutableRawPointer
  unowned(unsafe) let loop: TransferLoop
  /// Set from `TransferLoop.add` to `TransferLoop.remove`.
  var transfer: (any Transfer)?
  /// Its place in the loop's list of active handles.
  var index = 0
  /// What answers its transfer, where that is not libcurl.
  var scripted: ScriptedTransfer?

  /// That curl last watched for it; -1 before the first.
  var descriptor: Int32 = -1
  /// That its request was last begun over.
  var connection: ConnectionName?
  /// Its request was begun over a connection of which neither the name nor the descriptor is known.
  var isUnplaced = false
  /// Whether it is in the loop's list of handles to be stirred.
  var isStirred = false
  /// Its transfer has ended, and curl is told to wait; see `beginsRest`.
  var isResting = false
  /// Bytes of the request's body; -1 where they are not counted.
  private(set) var bodyLength = 0

  var head = ResponseHead()
  var body = ResponseBody()
  /// The connection was read empty after an error; see `readLateResponse`.
  var isLate = false
  /// And something was there.
  var hasLateBytes = false
  /// How often this transfer's request was begun; see `mayBegin`.
  var attempts = 0
  /// It was not begun anew, because that could do its work twice.
  var refusedRepeat = false
  /// A connection is being made for it.
  var isConnecting = false
  /// The instant at which that began.
  var connectingSince = Instant.distantFuture

  /// Bytes came behind the response's end, and libcurl dropped them.
  var hasExcess = false
  private var isLogged = false
  private var isFresh = false
  /// The origin's connections are kept.
  private(set) var reuses = true
  /// This transfer's connection may be kept.
  private var isKept = true

  private(set) var origin: Origin?
  private(set) var destination: Destination?
  private var connectTimeout = Duration.zero
  private var kind = Kind.get
  private var customMethod: String?
  private var decodes = false
  private var takesLargePieces = false
  /// Bytes of the last body that this handle streamed. The next is likely to be of that kind: handles stay with their
  /// origin where they can.
  var lastStreamed = 0
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var headerLines = HeaderLines()
  private var sharedHeaders: PreparedHeaders?
  private var bodyBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
  /// libcurl's words on what went wrong; NUL at its beginning means nothing did.
  let message = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// Bytes that libcurl takes from a socket at once: its own default, and for large responses, which cost half as much
  /// in larger pieces. For small ones it would cost: libcurl allocates the buffer for every transfer.
  private static let bufferSize = 16 * 1024
  private static let largeBufferSize = 128 * 1024
  /// A body's copy that has grown over this is given back.
  private static let keptBody = 64 * 1024

  /// `nil` when memory is out. `loop` must outlive it.
  init?(loop: TransferLoop) {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    self.loop = loop
    message.initialize(repeating: 0)
    setConstants(loop: loop)
  }

  deinit {
    curl_easy_cleanup(pointer)
    bodyBytes.deallocate()
    message.deallocate()
  }

  /// The length of the response that is being read, by its `Content-Length`; `nil` where unknown.
  var contentLength: Int? {
    var length: curl_off_t = -1
    weft_get_size(pointer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
    return length < 0 ? nil : Int(clamping: length)
  }

  func failure(_ code: CURLcode) -> TransferFailure {
    if refusedRepeat {
      return .connect("the kept connection was closed before an answer; the request is not safe to send twice")
    }
    let text = message[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: message.baseAddress!)
    return TransferFailure(code, message: text, responseBegan: head.hasBegun)
  }

  /// Makes the handle ready for a transfer; `nil`, or why the request can't be sent.
  func prepare(
    origin: Origin, _ destination: Destination, target: String, headers: [HeaderField], common: HeaderText?,
    shared: PreparedHeaders,
    decodes: Bool, keepsHeaders: Bool
  ) -> TransferFailure? {
    attempts = 0
    refusedRepeat = false
    body.reset()
    if self.origin !== origin { setOrigin(origin) }
    if self.destination !== destination { setDestination(destination) }
    setConnectTimeout(origin.settings.connectTimeout)
    setFresh(!reuses)
    setKept(reuses)
    head.reset(keepsAll: keepsHeaders)
    beginAttempt()
    guard Self.isSafe(target) else { return .invalid("the request's target holds white space or control characters") }
    weft_set_string(pointer, CURLOPT_REQUEST_TARGET, target)
    guard let list = headerLines.link(headers, common, hostLine: origin.hostLine, before: shared) else {
      return .invalid("a request header holds a line break or its name is not a token")
    }
    sharedHeaders = shared
    if headerList != list {
      headerList = list
      weft_set_list(pointer, CURLOPT_HTTPHEADER, list)
    }
    if self.decodes != decodes {
      self.decodes = decodes
      weft_set_string(pointer, CURLOPT_ACCEPT_ENCODING, decodes ? "gzip" : nil)
    }
    return nil
  }

  /// Makes ready before the first attempt, and before a second one that libcurl would not make.
  func beginAttempt() {
    isConnecting = false
    hasExcess = false
    isLate = false
    hasLateBytes = false
    if isLogged { setLogged(false) }
    descriptor = -1
    connection = nil
    message[0] = 0
  }

  /// Takes large pieces of a response that is streamed, where the last one was large.
  func setBuffer(streams: Bool) {
    let large = streams && lastStreamed > 2 * Self.bufferSize
    if takesLargePieces == large { return }
    takesLargePieces = large
    weft_set_long(pointer, CURLOPT_BUFFERSIZE, large ? Self.largeBufferSize : Self.bufferSize)
  }

  /// Watches libcurl's log while the next line may be a folded first field; called after each line of a head. libcurl
  /// takes a first field that begins with white space for the rest of one before it, and before 8.1.1 that is one of
  /// the response that the handle had before, which it has freed (`Curl_headers_push`). Only its log shows the line
  /// before that happens; see `spoil`.
  func watchForFold() {
    let watches = CurlLibrary.remembersFreedHeaders && head.awaitsFirstField
    if isLogged != watches { setLogged(watches) }
  }

  /// Looks at a line of a head, as libcurl holds it. Where it is a first field that begins with white space, it is made
  /// one that libcurl refuses: checks for NUL lie behind it.
  func spoil(_ line: UnsafeMutablePointer<CChar>) {
    if head.awaitsFirstField, line[0] == 32 || line[0] == 9 { line[0] = 0 }
  }

  /// The request is a HEAD.
  var isBodiless: Bool { kind == .head }

  func setKept(_ kept: Bool) {
    guard isKept != kept else { return }
    isKept = kept
    weft_set_long(pointer, CURLOPT_FORBID_REUSE, kept ? 0 : 1)
  }

  /// Says whether the next attempt must make a connection of its own.
  func setFresh(_ fresh: Bool) {
    guard isFresh != fresh else { return }
    isFresh = fresh
    weft_set_long(pointer, CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
  }

  func setLogged(_ logged: Bool) {
    isLogged = logged
    weft_set_long(pointer, CURLOPT_VERBOSE, logged ? 1 : 0)
  }

  /// The method of a request whose body, if any, is in memory. It is copied: libcurl reads it until the transfer ends.
  func setMethod(_ method: String, body: [UInt8]?) {
    bodyLength = 0
    switch (method, body) {
    case ("GET", nil): setKind(.get, custom: nil)
    case ("HEAD", _): setKind(.head, custom: nil)
    case ("POST", _): setFields(body ?? [], custom: nil)
    case ("PUT", _), ("PATCH", _), (_, .some): setFields(body ?? [], custom: method)
    case (_, nil): setKind(.get, custom: method)
    }
  }

  private func setFields(_ body: [UInt8], custom: String?) {
    setKind(.fields, custom: custom)
    bodyLength = body.count
    if body.count > bodyBytes.count || (bodyBytes.count > Self.keptBody && body.count <= Self.keptBody) {
      bodyBytes.deallocate()
      bodyBytes = .allocate(byteCount: max(1024, body.count), alignment: 1)
    }
    bodyBytes.copyBytes(from: body)
    weft_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
    // Even an empty body needs an address: without one libcurl asks the read callback.
    weft_set_pointer(pointer, CURLOPT_POSTFIELDS, bodyBytes.baseAddress)
  }

  /// The method of a request whose body comes through the read callback; a negative length is chunked.
  func setUpload(_ method: String, length: Int) {
    setKind(.upload, custom: method == "PUT" ? nil : method)
    bodyLength = length
    weft_set_size(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(length))
  }

  private func setKind(_ kind: Kind, custom: String?) {
    if self.kind != kind {
      self.kind = kind
      // Its callback is there for the end of a transfer that sends; see `readLateResponse`.
      let sends = kind == .fields || kind == .upload
      weft_set_long(pointer, CURLOPT_NOPROGRESS, sends ? 0 : 1)
      switch kind {
      case .get: weft_set_long(pointer, CURLOPT_HTTPGET, 1)
      case .head: weft_set_long(pointer, CURLOPT_NOBODY, 1)
      case .fields: weft_set_long(pointer, CURLOPT_POST, 1)
      case .upload:
        weft_set_pointer(pointer, CURLOPT_POSTFIELDS, nil)
        weft_set_long(pointer, CURLOPT_UPLOAD, 1)
      }
    }
    if customMethod != custom {
      customMethod = custom
      weft_set_string(pointer, CURLOPT_CUSTOMREQUEST, custom)
    }
  }

  private func setOrigin(_ origin: Origin) {
    self.origin = origin
    reuses = origin.settings.version != .http2PriorKnowledge || CurlLibrary.reusesPriorKnowledge
    origin.setOptions(of: pointer)
  }

  private func setDestination(_ destination: Destination) {
    weft_set_list(pointer, CURLOPT_CONNECT_TO, destination.connectTo)
    self.destination = destination
  }

  private func setConnectTimeout(_ timeout: Duration) {
    guard connectTimeout != timeout else { return }
    connectTimeout = timeout
    let milliseconds = timeout.nanoseconds / 1_000_000 + (timeout.nanoseconds % 1_000_000 > 0 ? 1 : 0)
    weft_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: max(1, milliseconds)))
  }

  /// Goes on after `prepare`: the transfer was under way already, without having met a connection.
  func goOn(_ connecting: Connecting, at now: Instant) {
    attempts = connecting.attempts
    if attempts > 0 { setFresh(true) }
    setConnectTimeout(now.duration(to: connecting.deadline))
  }

  /// No byte that could end the request line early.
  private static func isSafe(_ target: String) -> Bool {
    target.utf8.first == UInt8(ascii: "/") && target.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
      || target == "*"
  }
}

import NIOCore
import NIOHPACK

/// The client's side of one HTTP/2 connection, which sends exactly the frames it is told to. Confined to one thread.
final class HTTP2Client {
  typealias FrameType = HTTP2Peer.Frame

  struct Frame {
    var type: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    func isOf(_ type: FrameType) -> Bool { self.type == type.rawValue }
    /// Of RST_STREAM and GOAWAY.
    var code: HTTP2Code? { HTTP2Code(rawValue: HTTP2Client.number(payload.suffix(4))) }
  }

  /// What has come of one stream.
  struct Answer {
    enum End: Equatable { case open, whole, reset(HTTP2Code?) }

    var informational: [Int] = []
    var fields = HPACKHeaders()
    var body: [UInt8] = []
    var trailers: HPACKHeaders?
    var end = End.open

    var status: Int { fields.first(name: ":status").flatMap { Int($0) } ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  static let endStream: UInt8 = 1
  static let endHeaders: UInt8 = 4
  static let padded: UInt8 = 8
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  let stream: TCPStream
  /// Whether it gives back the window of what it has read.
  var refills = true
  private(set) var answers: [UInt32: Answer] = [:]
  private(set) var goAway: (last: UInt32, code: HTTP2Code?)?
  /// Last bytes of PINGs that were answered.
  private(set) var pongs: [UInt8] = []
  private(set) var acknowledgements = 0
  /// As the server has granted them by WINDOW_UPDATE, for all of the connection under 0.
  private(set) var granted: [UInt32: Int] = [:]
  private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
  private var block: [UInt8] = []
  private var lastPing: UInt8 = 0

  /// Sends the preface and `settings`, if any.
  /// - Parameter tableSize: what `settings` allow the server's encoder, where that is more than usual.
  init(
    port: UInt16, settings: [(UInt16, UInt32)]? = [], tableSize: Int = 4096, receiveBuffer: Int32? = nil
  ) throws {
    stream = try TCPStream.connect(port: port, receiveBuffer: receiveBuffer)
    decoder.maxDynamicTableLength = max(tableSize, decoder.maxDynamicTableLength)
    guard let settings else { return }
    try stream.write(Self.preface + Self.frame(.settings, 0, 0, Self.settings(settings)))
  }

  // MARK: Sending

  static func frame(_ type: FrameType, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    frame(type.rawValue, flags, stream, payload)
  }

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags] + bytes(stream)
      + payload
  }

  func send(_ type: FrameType, _ flags: UInt8 = 0, on stream: UInt32, _ payload: [UInt8] = []) throws {
    try self.stream.write(Self.frame(type, flags, stream, payload))
  }

  /// A request without a body, or (`ends` false) the head of one.
  func request(
    _ id: UInt32, _ method: String = "GET", _ path: String = "/static", _ fields: [(String, String)] = [],
    ends: Bool = true
  ) throws {
    let block = Self.block(Self.head(method, path) + fields)
    try send(.headers, Self.endHeaders | (ends ? Self.endStream : 0), on: id, block)
  }

  func data(_ id: UInt32, _ bytes: [UInt8], ends: Bool = false) throws {
    try send(.data, ends ? Self.endStream : 0, on: id, bytes)
  }

  func reset(_ id: UInt32, _ code: HTTP2Code = .cancel) throws {
    try send(.resetStream, on: id, Self.bytes(code.rawValue))
  }

  func window(_ id: UInt32, _ increment: UInt32) throws {
    try send(.windowUpdate, on: id, Self.bytes(increment))
  }

  func settings(_ settings: [(UInt16, UInt32)]) throws {
    try send(.settings, on: 0, Self.settings(settings))
  }

  static func head(_ method: String = "GET", _ path: String = "/static") -> [(String, String)] {
    [(":method", method), (":scheme", "http"), (":path", path), (":authority", "gateway.test")]
  }

  /// Literals without indexing (RFC 7541 §6.2.2).
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.reduce(into: []) { $0 += [0] + string($1.0) + string($1.1) }
  }

  private static func string(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var (rest, length) = (bytes.count - 127, [UInt8(127)])
    while rest >= 128 {
      length.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return length + [UInt8(rest)] + bytes
  }

  private static func settings(_ settings: [(UInt16, UInt32)]) -> [UInt8] {
    settings.reduce(into: []) { $0 += [UInt8($1.0 >> 8), UInt8($1.0 & 255)] + bytes($1.1) }
  }

  static func bytes(_ number: UInt32) -> [UInt8] {
    [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
  }

  static func number(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  // MARK: Receiving

  /// The next frame, noted; `nil` at the end of the connection.
  func next() throws -> Frame? {
    let head = try stream.read(count: 9)
    guard head.count == 9 else { return nil }
    let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    let payload = try stream.read(count: length)
    guard payload.count == length else { return nil }
    let frame = Frame(
      type: head[3], flags: head[4], stream: Self.number(head[5...]) & 0x7FFF_FFFF, payload: payload)
    try note(frame)
    return frame
  }

  private func note(_ frame: Frame) throws {
    switch FrameType(rawValue: frame.type) {
    case .settings where frame.flags & 1 == 0: try? send(.settings, 1, on: 0)
    case .settings: acknowledgements += 1
    case .ping where frame.flags & 1 == 1: pongs.append(frame.payload.last ?? 0)
    case .goAway: goAway = (Self.number(frame.payload), HTTP2Code(rawValue: Self.number(frame.payload[4...])))
    case .windowUpdate: granted[frame.stream, default: 0] += Int(Self.number(frame.payload))
    case .resetStream: answers[frame.stream, default: Answer()].end = .reset(frame.code)
    case .headers, .continuation:
      block += frame.payload
      if frame.flags & Self.endHeaders != 0 { try noteFields(frame.stream) }
    case .data:
      answers[frame.stream, default: Answer()].body += frame.payload
      if refills, !frame.payload.isEmpty {
        try? window(0, UInt32(frame.payload.count))
        try? window(frame.stream, UInt32(frame.payload.count))
      }
    default: break
    }
    let canEnd = frame.isOf(.headers) || frame.isOf(.data)
    if canEnd && frame.flags & Self.endStream != 0 { answers[frame.stream, default: Answer()].end = .whole }
  }

  private func noteFields(_ stream: UInt32) throws {
    var buffer = ByteBuffer(bytes: block)
    block = []
    let fields = try decoder.decodeHeaders(from: &buffer)
    var answer = answers[stream, default: Answer()]
    if let status = fields.first(name: ":status").flatMap({ Int($0) }) {
      if status < 200 { answer.informational.append(status) } else { answer.fields = fields }
    } else {
      answer.trailers = fields
    }
    answers[stream] = answer
  }

  /// Reads until `isTrue`; false at the end of the connection.
  func wait(until isTrue: () -> Bool) throws -> Bool {
    while !isTrue() { guard try next() != nil else { return false } }
    return true
  }

  /// What comes on a stream, to its end or to that of the connection.
  func answer(to id: UInt32) throws -> Answer {
    _ = try wait { answers[id].map { $0.end != .open } ?? false }
    return answers[id] ?? Answer()
  }

  /// Returns once the server has looked at all that was sent before; false where the connection ended instead.
  func settle() throws -> Bool {
    lastPing += 1
    let number = lastPing
    try? send(.ping, on: 0, [UInt8](repeating: 0, count: 7) + [number])
    return try wait { pongs.contains(number) }
  }

  /// Reads to the end of the connection, and gives the error that it was told; `nil` where there was none.
  func end() throws -> HTTP2Code? {
    while try next() != nil {}
    return goAway?.code
  }
}

/// RFC 9113 §7.
enum HTTP2Code: UInt32 {
  case noError = 0
  case protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError, refusedStream
  case cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required
}

import Front
import Messages
import NIOCore
import NIOHTTP2
import Timing

/// A client's connection of HTTP/2. *Confined to its event loop.* Frames and their order are NIOHTTP2's matter; this hands
/// them to their streams, says how much the client may send, and sees to the connection's time, its end, and what its
/// client has not taken yet.
package final class HTTP2Connection: ChannelInboundHandler, NIOHTTP2FrameDelegate, ServedConnection {
  package typealias InboundIn = HTTP2Frame
  package typealias OutboundOut = HTTP2Frame

  /// Requests that a client may have under way at a time (RFC 9113 §5.1.2).
  static let maxStreams = 100
  /// A client that resets more streams in so long is told to calm down (CVE-2023-44487), as is one that has more of them
  /// reset (CVE-2025-8671), or that sends more of PING, SETTINGS and PRIORITY.
  static let (maxResets, resetTime) = (200, Duration.seconds(10))
  /// DATA frames without a byte, for one stream: some clients send a few, and only a flood is one.
  private static let maxEmptyFrames = 100
  /// So long a client has to take what was sent last.
  private static let lingerTime: Duration = .seconds(2)

  let loop: FrontLoop
  let peer: Peer
  private let wire: HTTP2Wire
  package var place: Int?
  package let speaks = WireProtocol.http2
  var context: ChannelHandlerContext?
  var streams: [HTTP2StreamID: HTTP2Stream] = [:]
  private var lastStream = HTTP2StreamID.rootStream
  private var watch = TimeWatch()
  private var window = InboundWindow()
  private var malformed = RecentEvents(most: HTTP2Connection.maxResets, in: HTTP2Connection.resetTime)
  /// Frames are looked at that were read together; what is written meanwhile goes out behind the last one.
  var isReading = false
  var isFlushDue = false
  /// NIOHTTP2 has said so by GOAWAY: its errors alone don't tell those of a connection from those of a stream.
  var hasFailed = false
  /// Bytes of answers that wait for a window or for the socket, and all that ever did.
  var (pending, written) = (0, 0)
  /// Some of what they had waiting has gone out, and somebody wants to know.
  var progressed: [HTTP2Stream] = []
  var isCountedUntaken = false

  private init(loop: FrontLoop, peer: Peer, wire: HTTP2Wire) {
    self.loop = loop
    self.peer = peer
    self.wire = wire
  }

  /// Puts the handlers onto a connection on which nothing was read yet.
  package static func add(to channel: any Channel, loop: FrontLoop, peer: Peer) throws {
    let wire = HTTP2Wire()
    let connection = HTTP2Connection(loop: loop, peer: peer, wire: wire)
    let frames = NIOHTTP2Handler(
      mode: .server, frameDelegate: connection,
      connectionConfiguration: settings(headerBytes: loop.settings.limits.headerBytes), streamConfiguration: bounds())
    try channel.pipeline.syncOperations.addHandlers(wire, frames, connection)
  }

  /// - Parameter headerBytes: the bound of a header list.
  static func settings(headerBytes: Int) -> NIOHTTP2Handler.ConnectionConfiguration {
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    settings.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: maxStreams),
      // A list above the bound gets 431; one above this ends the connection.
      HTTP2Setting(parameter: .maxHeaderListSize, value: headerBytes * 2),
      HTTP2Setting(parameter: .initialWindowSize, value: InboundWindow.first),
    ]
    settings.maximumSequentialEmptyDataFrames = maxEmptyFrames
    settings.controlFrameRateLimit.maximumCount = maxResets
    settings.controlFrameRateLimit.windowLength = .init(resetTime)
    // Counted over the life of a connection, which may be weeks behind a load balancer: a request that was given up as its
    // answer ended is one, and how many of these are too many in a time is said by `bounds`.
    settings.maximumConnectionGlitches = .max
    settings.headerBlockValidation = .disabled
    settings.contentLengthValidation = .disabled
    return settings
  }

  private static func bounds() -> NIOHTTP2Handler.StreamConfiguration {
    var bounds = NIOHTTP2Handler.StreamConfiguration()
    bounds.streamResetFrameRateLimit.maximumCount = maxResets
    bounds.streamResetFrameRateLimit.windowLength = .init(resetTime)
    bounds.streamErrorRateLimit.maximumCount = maxResets
    bounds.streamErrorRateLimit.windowLength = .init(resetTime)
    return bounds
  }

  // MARK: The channel

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.add(self)
    watch.set(.idle, after: loop.settings.timeouts.idle)
    if loop.isEnding { announceEnd() }
    if loop.isOver { abort() }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  package func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    let frame = unwrapInboundIn(data)
    // What was read together with what ended the connection may be seen late.
    if wire.isDeaf { return }
    switch frame.payload {
    case .headers(let section):
      guard let stream = streams[frame.streamID] else { return begin(frame.streamID, section) }
      if HeaderRules.isTrailers(section.headers) { stream.inputEnded() } else { resetMalformed(frame.streamID) }
    case .data(let piece):
      guard case .byteBuffer(let bytes) = piece.data else { return }
      streams[frame.streamID]?.receive(bytes, isLast: piece.endStream)
    default: return
    }
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flushDue()
    context.fireChannelReadComplete()
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    settle()
    context.fireChannelWritabilityChanged()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // There are several for each request, and a cast that fails takes far longer than this comparison.
    let type = type(of: event)
    if type == NIOHTTP2WindowUpdatedEvent.self, let change = event as? NIOHTTP2WindowUpdatedEvent {
      windowChanged(change)
    } else if type == StreamClosedEvent.self, let end = event as? StreamClosedEvent {
      closed(end.streamID)
    } else if type != NIOHTTP2StreamCreatedEvent.self {
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// NIOHTTP2 resets the one stream that a frame is wrong for, and the connection goes on. Where the connection is what is
  /// wrong, it has said so.
  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("client connection failed", metadata: ["error": "\(error)"])
    if hasFailed || error is NIOHTTP2Errors.IOOnClosedConnection { return fail(context) }
    // A frame of the answer was not taken: the client must not wait for it.
    if let error = error as? NIOHTTP2Errors.StreamError { streams[error.streamID]?.reset(.internalError) }
    if !(error is any NIOHTTP2Error || error is NIOHTTP2Errors.StreamError) { abort() }
  }

  /// Nothing that the client sends is looked at any more, and nothing is made for it. The GOAWAY is for it to read.
  private func fail(_ context: ChannelHandlerContext) {
    guard !wire.isDeaf else { return }
    wire.isDeaf = true
    letGo()
    close(context)
  }

  private func end() {
    guard place != nil else { return }
    loop.remove(self)
    letGo()
  }

  private func letGo() {
    let ended = streams.values
    streams = [:]
    for stream in ended { stream.end() }
    count()
  }

  // MARK: Streams

  private func begin(_ id: HTTP2StreamID, _ section: HTTP2Frame.FramePayload.Headers) {
    lastStream = max(lastStream, id)
    guard HeaderRules.isRequest(section.headers, isComplete: section.endStream) else { return resetMalformed(id) }
    let stream = HTTP2Stream(self, id)
    streams[id] = stream
    if watch.wait != .close { watch.clear() }
    stream.begin(section.headers, isComplete: section.endStream)
  }

  /// The request is malformed; a client with too many of them is told to calm down.
  func resetMalformed(_ id: HTTP2StreamID) {
    write(id, .rstStream(.protocolError))
    guard malformed.add(.now()), let context else { return }
    write(.rootStream, .goAway(lastStreamID: lastStream, errorCode: .enhanceYourCalm, opaqueData: nil))
    fail(context)
  }

  private func closed(_ id: HTTP2StreamID) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    stream.closed()
    if isCountedUntaken { count() }
    if streams.isEmpty && watch.wait != .close { watch.set(.idle, after: loop.settings.timeouts.idle) }
  }

  // MARK: Windows

  /// Of bodies that nobody has taken yet, or has taken now (less than none).
  func hold(_ bytes: Int) {
    _ = window.hold(bytes)
    if bytes < 0 { giveWindow() }
  }

  private func windowChanged(_ change: NIOHTTP2WindowUpdatedEvent) {
    guard let left = change.inboundWindowSize else { return }
    guard change.streamID == .rootStream else { streams[change.streamID]?.windowChanged(left); return }
    window.set(left: left)
    giveWindow()
  }

  private func giveWindow() {
    guard place != nil, !wire.isDeaf else { return }
    if let bytes = window.grant() { write(.rootStream, .windowUpdate(windowSizeIncrement: bytes)) }
  }

  // MARK: As the loop sees it

  package var isBusy: Bool { !streams.isEmpty }

  package var waitsSince: Instant? { watch.wait == .idle ? watch.begun : nil }

  package func checkTime(_ now: Instant) {
    for stream in streams.values { stream.checkTime(now) }
    if isCountedUntaken { count() }
    if case .late(let wait) = watch.check(now, pending: 0, outputLimit: loop.settings.timeouts.body) {
      if wait == .close { abort() } else { hangUp() }
    }
  }

  /// The client is to send no further request on this connection (RFC 9113 §6.8). Those on their way are answered.
  package func announceEnd() {
    if watch.wait != .close { wire.announceEnd() }
  }

  package func closeIfQuiet(since instant: Instant) {
    guard streams.isEmpty, watch.wait == .idle, watch.begun <= instant else { return }
    hangUp()
  }

  /// Closes once everything is written, and says which request was the last one.
  private func hangUp() {
    guard let context, watch.wait != .close else { return }
    write(.rootStream, .goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil))
    context.flush()
    close(context)
  }

  /// What is written goes out, and the client has a moment to see it: closing over what it still sends would be a reset.
  private func close(_ context: ChannelHandlerContext) {
    watch.set(.close, after: Self.lingerTime)
    context.close(mode: .output, promise: nil)
  }

  package func abort() {
    context?.abort()
  }

  package func cutOff() {
    loop.tellCutOff()
    context?.resetOnClose()
    abort()
  }
}

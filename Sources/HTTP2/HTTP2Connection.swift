import Front
import Glibc
import Messages
import NIOCore
import NIOHTTP2
import Timing

/// A client's connection of HTTP/2. *Confined to its event loop.* Frames are NIOHTTP2's matter; this sees to the
/// connection's time, its end, and what its client has not taken yet. Each of its streams is a channel with a handler of
/// its own.
package final class HTTP2Connection: ChannelInboundHandler, ServedConnection {
  package typealias InboundIn = HTTP2Frame
  package typealias OutboundOut = HTTP2Frame

  /// Requests that a client may have under way at a time (RFC 9113 §5.1.2).
  static let maxStreams = 100
  /// Bytes that a client may send unasked, for a stream and for all of a connection: at first, and once it has used them.
  static let (firstWindow, window) = (65_535, 1024 * 1024)
  /// A client that resets more streams in so long is told to calm down (CVE-2023-44487).
  static let (maxResets, resetTime) = (200, TimeAmount.seconds(10))
  /// So long a client has to take what was sent last.
  private static let lingerTime: Duration = .seconds(2)

  let loop: FrontLoop
  let peer: Peer
  package var place: Int?
  private var context: ChannelHandlerContext?
  private var streams: [ObjectIdentifier: HTTP2Stream] = [:]
  private var lastStream = HTTP2StreamID.rootStream
  private var watch = TimeWatch()
  private var isCountedUntaken = false
  /// GOAWAY was sent: no further stream is taken up, and the connection ends with the last one.
  private var isLeaving = false

  private init(loop: FrontLoop, peer: Peer) {
    self.loop = loop
    self.peer = peer
  }

  /// Puts the handlers onto a connection on which nothing was read yet.
  package static func add(to channel: any Channel, loop: FrontLoop, peer: Peer) throws {
    let connection = HTTP2Connection(loop: loop, peer: peer)
    let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
    let frames = NIOHTTP2Handler(
      mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: settings(loop),
      streamConfiguration: streamSettings()
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(HTTP2Stream(bound.value))
      }
    }
    try channel.pipeline.syncOperations.addHandlers(frames, connection)
  }

  private static func settings(_ loop: FrontLoop) -> NIOHTTP2Handler.ConnectionConfiguration {
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    settings.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: maxStreams),
      HTTP2Setting(parameter: .maxHeaderListSize, value: loop.settings.limits.headerBytes),
      HTTP2Setting(parameter: .initialWindowSize, value: firstWindow),
    ]
    settings.targetWindowSize = window
    return settings
  }

  private static func streamSettings() -> NIOHTTP2Handler.StreamConfiguration {
    var settings = NIOHTTP2Handler.StreamConfiguration()
    settings.targetWindowSize = window
    settings.outboundBufferSizeHighWatermark = FrontLoop.maxOutputBytes
    settings.outboundBufferSizeLowWatermark = FrontLoop.maxOutputBytes / 2
    settings.streamResetFrameRateLimit.maximumCount = maxResets
    settings.streamResetFrameRateLimit.windowLength = resetTime
    return settings
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

  /// Of a frame that a single stream is reset for, the connection goes on; for all others NIOHTTP2 has sent GOAWAY.
  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("client connection failed", metadata: ["error": "\(error)"])
    if !Self.isOfOneStream(error) { hangUp() }
  }

  private static func isOfOneStream(_ error: any Error) -> Bool {
    switch error {
    case is NIOHTTP2Errors.StreamError, is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader,
      is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader, is NIOHTTP2Errors.UnknownPseudoHeader,
      is NIOHTTP2Errors.UnsupportedPseudoHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
      is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.EmptyPathHeader,
      is NIOHTTP2Errors.TrailersWithoutEndStream, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName,
      is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue, is NIOHTTP2Errors.ForbiddenHeaderField,
      is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
      is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
      is NIOHTTP2Errors.MaxStreamsViolation, is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.NoSuchStream:
      true
    default: false
    }
  }

  private func end() {
    guard place != nil else { return }
    loop.remove(self)
    for stream in streams.values { stream.end() }
    streams = [:]
    count()
  }

  // MARK: Streams

  func add(_ stream: HTTP2Stream, _ id: HTTP2StreamID?) {
    streams[ObjectIdentifier(stream)] = stream
    if let id, id > lastStream { lastStream = id }
    watch.clear()
  }

  func remove(_ stream: HTTP2Stream) {
    guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil, streams.isEmpty else { return }
    count()
    if isLeaving { hangUp() } else { watch.set(.idle, after: loop.settings.timeouts.idle) }
  }

  /// The server is told how much waits for the client.
  func count() {
    let pending = streams.values.reduce(0) { $0 + $1.pending }
    if pending > 0 {
      isCountedUntaken = true
      let taken = streams.values.reduce(0) { $0 + $1.taken }
      loop.load.untaken.update(self, loop, pending: pending, taken: taken)
    } else if isCountedUntaken {
      isCountedUntaken = false
      loop.load.untaken.remove(self, loop)
    }
  }

  // MARK: As the loop sees it

  package var isBusy: Bool { !streams.isEmpty }

  package var waitsSince: Instant? { watch.wait == .idle ? watch.begun : nil }

  package func checkTime(_ now: Instant) {
    for stream in streams.values { stream.checkTime(now) }
    if case .late(let wait) = watch.check(now, pending: 0, outputLimit: loop.settings.timeouts.body) {
      if wait == .close { abort() } else { hangUp() }
    }
  }

  /// The client is to send no further request on this connection (RFC 9113 §6.8). Those on their way are answered.
  package func announceEnd() {
    guard let context, !isLeaving else { return }
    sayGoodbye(context, .maxID)
  }

  package func closeIfQuiet(since instant: Instant) {
    guard streams.isEmpty, watch.wait == .idle, watch.begun <= instant else { return }
    hangUp()
  }

  /// Closes once everything is written, and says which request was the last one.
  private func hangUp() {
    guard let context, watch.wait != .close else { return }
    sayGoodbye(context, lastStream)
    isLeaving = true
    watch.set(.close, after: Self.lingerTime)
    if streams.isEmpty { context.close(mode: .output, promise: nil) }
  }

  private func sayGoodbye(_ context: ChannelHandlerContext, _ last: HTTP2StreamID) {
    let frame = HTTP2Frame(
      streamID: .rootStream, payload: .goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil))
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  package func abort() {
    context?.abort()
  }

  package func cutOff() {
    loop.tellCutOff()
    if let socket = context?.channel as? any SocketOptionProvider {
      socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
    }
    abort()
  }
}

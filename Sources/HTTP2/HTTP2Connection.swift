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
  /// A client that resets more streams in so long is told to calm down (CVE-2023-44487), as is one that has more of them
  /// reset (CVE-2025-8671), or that sends more of PING, SETTINGS and PRIORITY.
  static let (maxResets, resetTime) = (200, TimeAmount.seconds(10))
  /// DATA frames without a byte, for one stream: some clients send a few, and only a flood is one.
  private static let maxEmptyFrames = 100
  /// So long a client has to take what was sent last.
  private static let lingerTime: Duration = .seconds(2)

  let loop: FrontLoop
  let peer: Peer
  private let wire: GoAwayWatch
  package var place: Int?
  private var context: ChannelHandlerContext?
  private var streams: [ObjectIdentifier: HTTP2Stream] = [:]
  private var lastStream = HTTP2StreamID.rootStream
  private var watch = TimeWatch()
  /// Bytes of answers that the client has taken since it was connected.
  private var taken = 0
  private var (isCountedUntaken, isCountDue) = (false, false)

  private init(loop: FrontLoop, peer: Peer, wire: GoAwayWatch) {
    self.loop = loop
    self.peer = peer
    self.wire = wire
  }

  /// Puts the handlers onto a connection on which nothing was read yet.
  package static func add(to channel: any Channel, loop: FrontLoop, peer: Peer) throws {
    let wire = GoAwayWatch()
    let connection = HTTP2Connection(loop: loop, peer: peer, wire: wire)
    let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
    let frames = NIOHTTP2Handler(
      mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: settings(loop),
      streamConfiguration: streamSettings()
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(HTTP2Stream(bound.value))
      }
    }
    try channel.pipeline.syncOperations.addHandlers(wire, frames, connection)
  }

  private static func settings(_ loop: FrontLoop) -> NIOHTTP2Handler.ConnectionConfiguration {
    var settings = NIOHTTP2Handler.ConnectionConfiguration()
    settings.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: maxStreams),
      HTTP2Setting(parameter: .maxHeaderListSize, value: loop.settings.limits.headerBytes),
      HTTP2Setting(parameter: .initialWindowSize, value: firstWindow),
    ]
    settings.targetWindowSize = window
    settings.maximumSequentialEmptyDataFrames = maxEmptyFrames
    settings.controlFrameRateLimit.maximumCount = maxResets
    settings.controlFrameRateLimit.windowLength = resetTime
    return settings
  }

  private static func streamSettings() -> NIOHTTP2Handler.StreamConfiguration {
    var settings = NIOHTTP2Handler.StreamConfiguration()
    settings.targetWindowSize = window
    settings.outboundBufferSizeHighWatermark = FrontLoop.maxOutputBytes
    settings.outboundBufferSizeLowWatermark = FrontLoop.maxOutputBytes / 2
    settings.streamResetFrameRateLimit.maximumCount = maxResets
    settings.streamResetFrameRateLimit.windowLength = resetTime
    settings.streamErrorRateLimit.maximumCount = maxResets
    settings.streamErrorRateLimit.windowLength = resetTime
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

  package func channelReadComplete(context: ChannelHandlerContext) {
    if isCountDue { count() }
    context.fireChannelReadComplete()
  }

  /// NIOHTTP2 resets the one stream that a frame is wrong for, and the connection goes on. Where the connection is what is
  /// wrong, it has said so.
  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("client connection failed", metadata: ["error": "\(error)"])
    if wire.hasSeenError || error is NIOHTTP2Errors.IOOnClosedConnection { return fail(context) }
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

  func add(_ stream: HTTP2Stream, _ id: HTTP2StreamID?) {
    streams[ObjectIdentifier(stream)] = stream
    if let id, id > lastStream { lastStream = id }
    if watch.wait != .close { watch.clear() }
  }

  func remove(_ stream: HTTP2Stream) {
    guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil else { return }
    if isCountedUntaken { count() }
    if streams.isEmpty && watch.wait != .close { watch.set(.idle, after: loop.settings.timeouts.idle) }
  }

  func took(_ bytes: Int) { taken += bytes }

  /// Once what was read has been looked at: most of what is written then goes out at once.
  func countLater() { isCountDue = true }

  /// The server is told how much waits for the client. As one client can have many answers wait, one alone can be what
  /// is too much.
  func count() {
    isCountDue = false
    let pending = streams.values.reduce(0) { $0 + $1.pending }
    if pending > 0 {
      isCountedUntaken = true
      loop.load.untaken.update(self, loop, pending: pending, taken: taken)
      if pending > loop.settings.limits.untakenBytes { loop.eventLoop.assumeIsolated().execute { self.cutOff() } }
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
    let frame = HTTP2Frame(
      streamID: .rootStream, payload: .goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil))
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
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
    if let socket = context?.channel as? any SocketOptionProvider {
      socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
    }
    abort()
  }
}

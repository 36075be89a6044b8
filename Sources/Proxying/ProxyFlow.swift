import Front
import Locking
import Logging
import NIOCore
import Reactor
import Timing
import Transfers
import Upstream

/// *Guarded by the mutex* where both loops touch it, *confined to one of the two* elsewhere, as it says there:
/// `@unchecked Sendable`. One proxied exchange, between its front loop and its transfer loop.
final class ProxyFlow: @unchecked Sendable {
  struct Buffers {
    var upload = UploadBuffer()
    var download = DownloadBuffer()
    /// The client left.
    var isAbandoned = false
  }

  let exchange: Exchange
  let lane: TransferLane
  /// The backend's name.
  let backend: String
  let began = Instant.now()
  let logger: Logger
  let buffers = Locked(Buffers())

  // Confined to the front loop.
  var hasBegun = false
  var isOver = false
  /// Of the answer's head.
  var hops = HopByHop(connection: [])
  let rewriting: PlaceRewriting?

  // Confined to the transfer loop.
  var stream: UpstreamStream?
  var saysContinue: Bool
  var trailers: HeaderBlock?

  init(_ exchange: Exchange, to backend: String, via lane: TransferLane, _ rewriting: PlaceRewriting?, logger: Logger) {
    self.exchange = exchange
    self.rewriting = rewriting
    self.backend = backend
    self.lane = lane
    self.logger = logger
    saysContinue = exchange.request.bodyLength != .none
  }

  /// On the front loop, within the endpoint's `serve`.
  func begin(_ request: UpstreamStreamRequest) {
    exchange.stream = self
    onTransferLoop { flow in
      if flow.buffers.withLock({ $0.isAbandoned }) { return }
      flow.stream = flow.lane.client.openStream(request, delegate: flow)
    }
  }

  func onTransferLoop(_ body: @escaping @Sendable (ProxyFlow) -> Void) {
    lane.reactor.execute { body(self) }
  }
}

import Reactor
import Upstream

/// A transfer loop as its front loop's partner sees it. The client is used on the reactor's thread only.
package struct TransferLane: Sendable {
  package let reactor: Reactor
  package let client: UpstreamClient

  package init(reactor: Reactor, client: UpstreamClient) {
    self.reactor = reactor
    self.client = client
  }
}

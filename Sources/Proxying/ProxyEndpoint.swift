import Front
import JSONText
import Logging
import Messages
import Plans
import Reactor
import Upstream

/// *Immutable.* Passes requests on to a backend, bodies streamed both ways.
package final class ProxyEndpoint: Endpoint {
  package var body: BodyMode { .streamed }

  private let plan: ProxyPlan
  private let inputs: RequestInputs
  private let isComputed: Bool
  private let keepsHost: Bool
  /// Of the backend, in lower case, as URLs have them.
  private let authorities: [String]
  private let balance: TextTemplate?
  private let backend: String
  private let lanes: [TransferLane]
  let logger: Logger

  /// `lanes`: one for each transfer loop, in the order of the front loops that are their partners. `host: client`
  /// counts on the route or on the backend.
  package init(_ plan: ProxyPlan, backend: BackendPlan, lanes: [TransferLane], logger: Logger) {
    precondition(!lanes.isEmpty, "a proxy needs a transfer loop")
    self.plan = plan
    inputs = RequestInputs(plan.reads)
    keepsHost = plan.keepsHost(of: backend)
    authorities = backend.addresses.map { String($0.origin.drop { $0 != "/" }.dropFirst(2)).lowercased() }
    if case .hash(let template) = backend.balance { balance = template } else { balance = nil }
    let texts = plan.headers.map(\.value) + [balance].compactMap(\.self)
    isComputed = plan.request.expressions.contains(where: \.isComputed) || texts.contains(where: \.isComputed)
    self.backend = backend.name
    self.lanes = lanes
    var logger = logger
    logger[metadataKey: "backend"] = "\(backend.name)"
    self.logger = logger
  }

  package func serve(_ exchange: Exchange) {
    let request = exchange.request
    do {
      let scope = try isComputed ? inputs.scope(of: exchange, env: plan.env) : inputs.scope(request, env: plan.env)
      let upstream = try ProxyRequest.make(
        request, plan, keepsHost: keepsHost, balanceKey: try balance?.text(scope), scope)
      let rewriting = plan.places.map { PlaceRewriting($0, authorities, request, keepsHost: keepsHost) }
      let lane = lanes[exchange.loopIndex % lanes.count]
      ProxyFlow(exchange, to: backend, via: lane, rewriting, logger: logger).begin(upstream)
    } catch let failure as RequestBodyFailure {
      exchange.answer(failure.problem.answer())
    } catch let failure as RenderFailure {
      logger.debug("a proxied request could not be made", metadata: ["why": "\(failure.message)"])
      exchange.answer(Problem(400, detail: "the backend's request can't be made of this request").answer())
    } catch {
      exchange.answer(Problem(500).answer())
    }
  }
}

/// A transfer loop as its front loop's partner sees it. The client is used on the reactor's thread only.
package struct TransferLane: Sendable {
  package let reactor: Reactor
  package let client: UpstreamClient

  package init(_ client: UpstreamClient) {
    reactor = client.loop.reactor
    self.client = client
  }
}

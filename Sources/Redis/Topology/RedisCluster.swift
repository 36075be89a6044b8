import NIOCore
import Plans

/// *Confined to its event loop.* A Redis cluster: a client per node, a map of slots that is fetched anew when a node
/// says that it has changed or can't be reached.
final class RedisCluster: RedisLink {
  /// The redirections that a command follows at most.
  private static let mostHops = 3
  /// The time between two looks at the map, so that a storm of `MOVED` costs one.
  private static let refreshPause = TimeAmount.milliseconds(200)
  private static let refreshBudget = TimeAmount.seconds(1)

  private let topology: RedisTopology
  private let seeds: [RedisEndpoint]
  private let loop: any EventLoop
  private var nodes: [RedisEndpoint: RedisClient] = [:]
  private var map = SlotMap()
  private var isRefreshing = false
  private var isStopped = false
  var onDown: (() -> Void)?

  init(_ topology: RedisTopology, seeds: [RedisEndpoint], loop: any EventLoop) {
    self.topology = topology
    self.seeds = seeds
    self.loop = loop
  }

  /// Whether it was not stopped: each node decides for itself.
  var isUsable: Bool { !isStopped }

  func start() { refresh() }

  func stop() {
    isStopped = true
    for node in nodes.values { node.stop() }
    nodes = [:]
  }

  func reconnect() { refresh() }

  func send(_ command: RedisCommand, within budget: TimeAmount, _ completion: @escaping RedisCompletion) {
    guard !isStopped else { return completion(.failure(.unavailable)) }
    let endpoint = command.slot.flatMap { map[$0] } ?? anyEndpoint()
    send(command, to: endpoint, until: .now() + budget, hops: 0, completion)
  }

  // MARK: Redirections

  private func send(
    _ command: RedisCommand, to endpoint: RedisEndpoint, until deadline: NIODeadline, hops: Int,
    _ completion: @escaping RedisCompletion
  ) {
    node(endpoint).send(command, within: max(.zero, deadline - .now())) { result in
      switch result {
      case .failure(.refused(let line)):
        guard hops < RedisCluster.mostHops, let redirection = Redirection(line, from: endpoint.hostName) else {
          if result.failure?.code == "CLUSTERDOWN" { self.refresh() }
          return completion(result)
        }
        self.follow(redirection, command, until: deadline, hops: hops + 1, completion)
      case .failure(.unavailable), .failure(.closed), .failure(.timeout):
        self.refresh()
        completion(result)
      case .success, .failure(.busy), .failure(.unexpected):
        completion(result)
      }
    }
  }

  private func follow(
    _ redirection: Redirection, _ command: RedisCommand, until deadline: NIODeadline, hops: Int,
    _ completion: @escaping RedisCompletion
  ) {
    guard !isStopped, nodes.count < SlotMap.mostNodes else { return completion(.failure(.unavailable)) }
    if redirection.isLasting {
      map.move(redirection.slot, to: redirection.endpoint)
      refresh()
    } else {
      // Goes out directly before the command, on the same connection.
      node(redirection.endpoint).send(RedisCommand(["ASKING"]), within: max(.zero, deadline - .now())) { _ in }
    }
    send(command, to: redirection.endpoint, until: deadline, hops: hops, completion)
  }

  // MARK: Nodes

  private func node(_ endpoint: RedisEndpoint) -> RedisClient {
    if let node = nodes[endpoint] { return node }
    let node = RedisClient(topology, FixedEndpoint(endpoint: endpoint), loop: loop)
    node.onLoss = { [weak self] in self?.refresh() }
    node.onDown = { [weak self] in self?.onDown?() }
    nodes[endpoint] = node
    node.start()
    return node
  }

  private func anyEndpoint() -> RedisEndpoint {
    nodes.filter { $0.value.isUsable }.keys.randomElement() ?? seeds.randomElement() ?? seeds[0]
  }

  // MARK: The map

  private func refresh() {
    guard !isRefreshing, !isStopped else { return }
    isRefreshing = true
    let known = Set(map.endpoints + seeds)
    let usable = known.filter { nodes[$0]?.isUsable ?? true }
    ask(Array(usable.isEmpty ? known : usable).shuffled())
  }

  private func ask(_ candidates: [RedisEndpoint]) {
    guard let endpoint = candidates.first, !isStopped else { return refreshed(false) }
    let command = RedisCommand(["CLUSTER", "SLOTS"])
    node(endpoint).send(command, within: RedisCluster.refreshBudget) { result in
      if case .success(let reply) = result, let map = SlotMap(reply, askedOf: endpoint.hostName),
        !map.endpoints.isEmpty
      {
        self.map = map
        (self.topology.source as? RotatingEndpoints)?.learn(map.endpoints)
        self.topology.refusals.done(.topology)
        self.refreshed(true)
      } else {
        self.topology.refusals.heard(result.failure ?? .unexpected, of: .topology)
        self.ask(Array(candidates.dropFirst()))
      }
    }
  }

  /// Another look has to wait a little; one that failed comes again by itself.
  private func refreshed(_ isKnown: Bool) {
    guard !isStopped else { return }
    if isKnown { prune() }
    loop.assumeIsolated().scheduleTask(in: RedisCluster.refreshPause) { [weak self] in
      guard let self else { return }
      self.isRefreshing = false
      if !isKnown { self.refresh() }
    }
  }

  /// Connects to what is new, and leaves what is gone.
  private func prune() {
    let current = Set(map.endpoints)
    for (endpoint, node) in nodes where !current.contains(endpoint) {
      node.stop()
      nodes[endpoint] = nil
    }
    for endpoint in current { _ = node(endpoint) }
  }
}

extension RedisEndpoint {
  fileprivate var hostName: String {
    switch self {
    case .host(let host, _): host
    case .unixSocket: "127.0.0.1"
    }
  }
}

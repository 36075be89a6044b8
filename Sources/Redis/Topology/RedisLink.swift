import NIOCore

/// *Confined to its event loop.* One loop's way to Redis, however that is arranged.
package protocol RedisLink: AnyObject {
  /// Whether a command would be sent; it fails at once where not.
  var isUsable: Bool { get }

  /// Called on the event loop when a server has been lost or is left alone: what it was to say may not come.
  var onDown: (() -> Void)? { get set }

  /// `completion` is called on the event loop, exactly once, within `budget`; possibly before this returns.
  func send(_ command: RedisCommand, within budget: TimeAmount, _ completion: @escaping RedisCompletion)

  /// Begins to connect.
  func start()

  /// Ends all connections; what is on its way fails.
  func stop()

  /// Gives the present connections up and looks for the servers anew: a failover was announced.
  func reconnect()
}

extension RedisLink {
  /// Runs a script by its hash, and with its text where the server does not know it; both within `budget`. What is sent
  /// meanwhile may overtake it then.
  package func run(
    _ script: RedisScript, keys: [RedisArgument], _ arguments: [RedisArgument], within budget: TimeAmount,
    _ completion: @escaping RedisCompletion
  ) {
    let deadline = NIODeadline.now() + budget
    send(script.command(keys: keys, arguments, byHash: true), within: budget) { result in
      guard case .failure(let failure) = result, failure.code == "NOSCRIPT" else { return completion(result) }
      let rest = max(TimeAmount.zero, deadline - NIODeadline.now())
      self.send(script.command(keys: keys, arguments, byHash: false), within: rest, completion)
    }
  }
}

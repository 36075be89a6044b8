import Messages
import NIOCore
import Redis

/// *Confined to its event loop.* The keys that a fleet shares, over one loop's link to Redis.
package final class RedisKeys {
  private let link: any RedisLink
  private let prefix: String
  private let budget: TimeAmount
  /// Of commands that nobody waits for.
  private let patientBudget: TimeAmount
  private let refusals: RefusalWatch

  /// - Parameter link: a link of `topology`, on this loop.
  package init(_ topology: RedisTopology, link: any RedisLink) {
    self.link = link
    prefix = topology.settings.prefix + "idempotency:"
    budget = .nanoseconds(topology.settings.commandTimeout.nanoseconds)
    patientBudget = .nanoseconds(topology.settings.hangTimeout.nanoseconds)
    refusals = topology.refusals
  }

  /// Claims a key, in one round trip. `completion` is called on the event loop, possibly before this returns.
  func claim(
    _ request: KeyedRequest, token: String, lease: TimeAmount,
    _ completion: @escaping (Result<KeyState, RedisFailure>) -> Void
  ) {
    // A link that is not usable fails at once, and the command need not be made.
    guard link.isUsable else { return completion(.failure(.unavailable)) }
    let arguments: [RedisArgument] = [.text(request.content.hex), .text(token), .milliseconds(lease)]
    run(KeyScripts.claim, request, arguments, within: budget) { result in
      completion(result.flatMap { Self.state($0) })
      // It may have been claimed all the same, by nobody.
      switch result.failure {
      case .timeout, .closed: self.release(request, token: token)
      default: break
      }
    }
  }

  private static func state(_ reply: RedisReply) -> Result<KeyState, RedisFailure> {
    guard let parts = reply.elements, parts.count == 2, let code = parts[0].integer else {
      return .failure(.unexpected)
    }
    switch code {
    case 0: return .success(.begun)
    case 1:
      return parts[1].bytes.flatMap { KeptAnswer(stored: $0) }.map { .success(.kept($0)) } ?? .failure(.unexpected)
    case 2: return .success(.running)
    case 3: return .success(.other)
    default: return .failure(.unexpected)
    }
  }

  func renew(_ request: KeyedRequest, token: String, lease: TimeAmount) {
    let arguments: [RedisArgument] = [.text(request.content.hex), .text(token), .milliseconds(lease)]
    run(KeyScripts.renew, request, arguments, within: patientBudget) { _ in }
  }

  func release(_ request: KeyedRequest, token: String) {
    run(KeyScripts.release, request, [.text(token)], within: patientBudget) { _ in }
  }

  /// - Parameter answer: as `KeptAnswer.stored`.
  func keep(
    _ answer: ByteBuffer, of request: KeyedRequest, token: String, ttl: TimeAmount,
    _ completion: @escaping (RedisFailure?) -> Void
  ) {
    let arguments: [RedisArgument] = [
      .text(request.content.hex), .text(token), .buffer(answer), .milliseconds(ttl),
    ]
    run(KeyScripts.keep, request, arguments, within: patientBudget) { completion($0.failure) }
  }

  private func run(
    _ script: RedisScript, _ request: KeyedRequest, _ arguments: [RedisArgument], within budget: TimeAmount,
    _ completion: @escaping RedisCompletion
  ) {
    link.run(script, keys: [.text(prefix + request.key.hex)], arguments, within: budget) { result in
      self.refusals.note(result, of: .write)
      completion(result)
    }
  }
}

extension RedisArgument {
  fileprivate static func milliseconds(_ time: TimeAmount) -> RedisArgument {
    .integer(max(1, time.nanoseconds / 1_000_000))
  }
}

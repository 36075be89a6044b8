import JSONText
import Messages
import Plans
import Reactor
import Timing
import Transfers

/// Asks a running gateway to purge, for `weft purge`.
package enum PurgeClient {
  /// Longer than a purge may take there.
  private static let patience = Duration.seconds(5)

  package enum Outcome: Sendable {
    case everywhere, here
    /// In words, for a person.
    case failed(String)
  }

  /// - Parameters:
  ///   - members: of the order: `tag`, `key`, `route`, `all`.
  ///   - admin: where the gateway's admin endpoints are.
  ///   - token: theirs, where they want one.
  package static func send(
    _ members: [(name: String, values: [String])], to admin: ListenAddress, token: Secret<String>? = nil
  ) async -> Outcome {
    let reactor = Reactor(name: "purge")
    let loop = TransferLoop(reactor: reactor)
    reactor.start()
    var request = TransferRequest(
      origin: Origin(address: "http://\(admin)"), method: "POST", target: "/purge")
    request.headers = [HeaderField("Content-Type", "application/json")]
    if let token { request.headers.append(HeaderField("Authorization", "Bearer \(token.revealed)")) }
    request.body = body(members)
    request.deadline = Instant.now().advanced(by: patience)
    let result = await loop.perform(request)
    loop.shutdown()
    switch result {
    case .failure(.connect(let reason)), .failure(.invalid(let reason)):
      return .failed("\(admin) can't be asked: \(reason)")
    case .failure(let failure): return .failed("\(admin) can't be asked: \(failure)")
    case .success(let response): return outcome(response)
    }
  }

  private static func body(_ members: [(name: String, values: [String])]) -> [UInt8] {
    var object = JSONObject()
    for member in members {
      object.append(
        member.name, member.name == "all" ? .bool(true) : .array(member.values.map { .string($0) }))
    }
    var writer = JSONWriter()
    writer.write(.object(object))
    return writer.bytes
  }

  private static func outcome(_ response: TransferResponse) -> Outcome {
    let root = try? JSONText(response.body).root
    if response.status == 200 { return root?[member: "purged"]?.string == "everywhere" ? .everywhere : .here }
    return .failed(root?[member: "detail"]?.string ?? "the answer was \(response.status)")
  }
}

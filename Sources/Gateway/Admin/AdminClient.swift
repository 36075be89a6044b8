import Messages
import Plans
import Reactor
import Timing
import Transfers

/// Asks a running gateway for something at its admin address, for a command. *Immutable.*
package struct AdminClient: Sendable {
  let address: ListenAddress
  let token: Secret<String>?

  /// - Parameter token: where the address wants one.
  package init(_ address: ListenAddress, token: Secret<String>?) {
    self.address = address
    self.token = token
  }

  struct Failure: Error {
    /// The reason in words, for a person.
    let reason: String
  }

  /// - Parameter patience: longer than it may take there.
  func post(_ target: String, _ body: [UInt8], within patience: Duration) async -> Result<TransferResponse, Failure> {
    await ask("POST", target, body, within: patience)
  }

  func get(_ target: String, within patience: Duration) async -> Result<TransferResponse, Failure> {
    await ask("GET", target, nil, within: patience)
  }

  private func ask(
    _ method: String, _ target: String, _ body: [UInt8]?, within patience: Duration
  ) async -> Result<TransferResponse, Failure> {
    let reactor = Reactor(name: "admin")
    let loop = TransferLoop(reactor: reactor)
    reactor.start()
    var request = TransferRequest(origin: Origin(address: "http://\(address)"), method: method, target: target)
    if body != nil { request.headers = [HeaderField("Content-Type", "application/json")] }
    if let token { request.headers.append(HeaderField("Authorization", "Bearer \(token.revealed)")) }
    request.body = body
    request.deadline = Instant.now().advanced(by: patience)
    let result = await loop.perform(request)
    loop.shutdown()
    return result.mapError { failure in
      switch failure {
      case .connect(let reason), .invalid(let reason): Failure(reason: "\(address) can't be asked: \(reason)")
      default: Failure(reason: "\(address) can't be asked: \(failure)")
      }
    }
  }
}

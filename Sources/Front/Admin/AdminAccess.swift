import Messages
import Plans

/// Who may ask at the admin address: those who know the token; and for a change nobody whose browser was told to by a
/// web page, be it by a form or a script of another site, or under a name that was made to mean this address (DNS
/// rebinding). Immutable.
package struct AdminAccess: Sendable {
  private let address: ListenAddress
  private let hosts: [String]
  private let token: [UInt8]?

  /// - Parameter address: the one that is listened on.
  package init(_ plan: ProcessPlan.Admin, address: ListenAddress) {
    self.address = address
    hosts = plan.hosts
    token = plan.token.map { Array($0.revealed.utf8) }
  }

  /// What is asked for.
  package enum Deed: Sendable {
    /// Figures, that say nothing of clients or definitions.
    case figures
    /// What requests and definitions say.
    case reading
    case change
  }

  /// What a request is refused with; `nil`: it is served.
  func refusal(_ request: IncomingRequest, _ deed: Deed) -> Problem? {
    if let refusal = unauthorized(request) { return refusal }
    // No page of another name has the token. Where there is none, its name must not be enough.
    let asksForHost = deed == .change || deed == .reading && token == nil
    guard !asksForHost || isOwn(host: request.authority) else {
      return Problem(403, detail: "This Host is not the admin address, localhost or one of admin.hosts.")
    }
    guard deed == .change else { return nil }
    guard request.headers["origin"].allSatisfy({ isOwn(origin: $0, request.authority) }) else {
      return Problem(403, detail: "No page of another origin may ask for this.")
    }
    guard isJSON(request) || request.headers["x-weft-admin"] == ["1"] else {
      return Problem(415, detail: "Send Content-Type: application/json or X-Weft-Admin: 1.")
    }
    return nil
  }

  private func unauthorized(_ request: IncomingRequest) -> Problem? {
    guard let token else { return nil }
    let lines = request.headers["authorization"]
    let words = lines.first?.split(separator: " ") ?? []
    if lines.count == 1, words.count == 2, words[0].lowercased() == "bearer", Self.equal(token, words[1]) { return nil }
    let reason = lines.isEmpty ? "" : ", error=\"invalid_token\""
    return Problem(
      401, detail: "The admin address wants its token.",
      headers: [HeaderField("WWW-Authenticate", "Bearer realm=\"weft admin\"\(reason)")])
  }

  /// In a time that tells nothing of where they differ.
  private static func equal(_ token: [UInt8], _ given: Substring) -> Bool {
    let given = Array(given.utf8)
    var difference = token.count ^ given.count
    for (place, byte) in token.enumerated() {
      difference |= Int(widening: byte ^ (place < given.count ? given[place] : 0))
    }
    return difference == 0
  }

  /// The port is not looked at: it may be mapped. An address is no name that somebody else could give a meaning to.
  private func isOwn(host authority: String) -> Bool {
    let host = Router.hostName(authority)
    if host == "localhost" || host == address.host.lowercased() || hosts.contains(host) { return true }
    let literal = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    guard let given = IPAddress(literal) else { return false }
    guard let own = IPAddress(address.host) else { return given.isLoopback && address.isLoopback }
    return own.isAny || own == given || own.isLoopback && given.isLoopback
  }

  private func isOwn(origin: String, _ authority: String) -> Bool {
    ["http://", "https://"].contains { origin.lowercased() == $0 + authority.lowercased() }
  }

  /// Of such a request a browser asks the address first.
  private func isJSON(_ request: IncomingRequest) -> Bool {
    let lines = request.headers["content-type"]
    let type = lines.first?.utf8.prefix { $0 != UInt8(ascii: ";") } ?? ""[...].utf8
    return lines.count == 1 && HeaderName.equals(String(HeaderName.trimmed(Substring(type))), "application/json")
  }
}

/// The stage at the admin address that lets in who may ask. *Immutable.*
struct AdminGuard: Stage {
  let name = "auth"
  let access: AdminAccess
  let deed: AdminAccess.Deed

  func enter(_ exchange: Exchange) -> StageStep {
    access.refusal(exchange.request, deed).map { .refuse($0) } ?? .pass
  }
}

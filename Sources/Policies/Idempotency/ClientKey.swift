import Front
import Hashing
import Idempotency
import Messages

/// The key that a client gives its request, and never logged. A value.
struct ClientKey: Sendable {
  struct Fault: Error, Equatable {
    /// What is wrong, behind the header's name.
    let words: String
  }

  static let mostBytes = 256

  fileprivate let text: String

  /// `nil`: the request has none.
  /// - Parameter header: whose whole value it is.
  init?(_ request: IncomingRequest, in header: String) throws(Fault) {
    let values = request.headers[header]
    guard let value = values.first else { return nil }
    guard values.count == 1 else { throw Fault(words: "is given twice") }
    let text = HeaderName.trimmed(Substring(value))
    guard !text.isEmpty else { throw Fault(words: "is empty") }
    guard text.utf8.count <= Self.mostBytes else { throw Fault(words: "is longer than \(Self.mostBytes) characters") }
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw Fault(words: "has other characters than those of visible ASCII")
    }
    self.text = String(text)
  }
}

extension KeyedRequest {
  /// A key is known by whose it is: one of the same text is another client's own.
  init(_ request: IncomingRequest, _ key: ClientKey) {
    var owner = Digest()
    for text in Self.owner(of: request) { owner.update(counted: text) }
    // No list of the one kind is the beginning of another: the key comes last, behind the number of those before it.
    owner.update(UInt32.max)
    owner.update(counted: key.text)
    var content = Digest()
    for text in [request.method, request.client.host.lowercased(), request.target] { content.update(counted: text) }
    request.body?.withUnsafeBytes { content.update($0) }
    self.init(key: Hash256(owner), content: Hash256(content))
  }

  /// The first word tells the kinds apart.
  private static func owner(of request: IncomingRequest) -> [String] {
    if let owner = request.owner { return ["identity", owner.provider, owner.subject] }
    let client = [request.identity?.provider ?? "", request.client.address]
    guard let credentials = request.namelessCredentials else { return ["client"] + client + request.authorization }
    return ["credentials"] + client + credentials + request.authorization
  }
}

import JSONText
import Transfers

/// Asks a running gateway to purge, for `weft purge`.
package enum PurgeClient {
  /// Longer than a purge may take there.
  private static let patience = Duration.seconds(5)

  package enum Outcome: Sendable {
    case everywhere, here
    /// The failure in words, for a person.
    case failed(String)
  }

  /// - Parameter members: of the order: `tag`, `key`, `route`, `all`.
  package static func send(_ members: [(name: String, values: [String])], to admin: AdminClient) async -> Outcome {
    switch await admin.post("/purge", body(members), within: patience) {
    case .failure(let failure): .failed(failure.reason)
    case .success(let response): outcome(response)
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

import CModSecurity
import Foundation

/// A request as rules see it. A value.
package struct InspectedRequest: Sendable {
  package var method: String
  /// Path and query as they came.
  package var target: String
  /// The client's address; may be empty.
  package var client: String
  /// For the library's own messages.
  package var id: String
  /// Values as they came, which need not be text.
  package var fields: [(name: String, value: [UInt8])]
  package var body: [UInt8]?

  package init(
    method: String, target: String, client: String, id: String, fields: [(name: String, value: [UInt8])], body: [UInt8]?
  ) {
    self.method = method
    self.target = target
    self.client = client
    self.id = id
    self.fields = fields
    self.body = body
  }
}

/// What rules say of a request.
package enum Verdict: Equatable, Sendable {
  case passed
  /// - Parameter status: the rule's own, 400 to 599; else 403.
  case refused(status: Int, Findings)
}

extension RuleSet {
  /// Blocks for as long as the rules take: milliseconds, and more for long values.
  package func inspect(_ request: InspectedRequest) -> Verdict {
    let findings = FindingList(marker: library.marker)
    return withExtendedLifetime((self, findings)) {
      let data = Unmanaged.passUnretained(findings).toOpaque()
      var id = request.id.utf8CString
      let made = id.withUnsafeMutableBufferPointer { id in
        library.calls.new_transaction_with_id(library.handle, handle, id.baseAddress!, data)
      }
      guard let transaction = made else { return .refused(status: 503, Findings()) }
      defer { library.calls.transaction_cleanup(transaction) }
      _ = library.calls.process_connection(transaction, request.client, 0, library.marker, 0)
      _ = library.calls.process_uri(transaction, request.target, request.method, "1.1")
      for field in request.fields { add(field, to: transaction) }
      _ = library.calls.process_request_headers(transaction)
      if let verdict = verdict(of: transaction, findings) { return verdict }
      request.body?.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        _ = library.calls.append_request_body(transaction, base, bytes.count)
      }
      // Most rules run here, whether there is a body or not.
      _ = library.calls.process_request_body(transaction)
      return verdict(of: transaction, findings) ?? .passed
    }
  }

  private func add(_ field: (name: String, value: [UInt8]), to transaction: UnsafeMutableRawPointer) {
    var (name, value) = field
    name.withUTF8 { name in
      value.withUnsafeBufferPointer { value in
        guard let name = UnsafePointer(name.baseAddress) else { return }
        // Of an empty value there may be no address.
        _ = library.calls.add_n_request_header(
          transaction, name, field.name.utf8.count, value.baseAddress ?? name, value.count)
      }
    }
  }

  private func verdict(of transaction: UnsafeMutableRawPointer, _ list: FindingList) -> Verdict? {
    var intervention = weft_msc_intervention()
    intervention.status = 200
    let isGiven = library.calls.intervention(transaction, &intervention) != 0
    defer {
      free(intervention.log)
      free(intervention.url)
    }
    guard isGiven, intervention.disruptive != 0 else { return nil }
    if let log = intervention.log { list.note(String(cString: log)) }
    let status = Int(intervention.status)
    return .refused(status: (400...599).contains(status) ? status : 403, list.findings)
  }
}

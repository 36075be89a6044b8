import Messages

/// Who keeps what backends respond, for mocks. Called on any loop's thread, which it must not block.
package protocol ResponseRecorder: Sendable {
  func record(_ response: RecordedResponse)
}

/// A response that came whole, and what it is of. A value.
package struct RecordedResponse: Sendable {
  package var backend: String
  package var method: String
  /// As definitions have it: without the path of the backend's address.
  package var target: String
  package var status: Int
  /// Of a call below status 400 only where something reads them.
  package var headers: [HeaderField]
  /// As a client of the backend would see it; of a proxied route as it came, perhaps compressed.
  package var body: [UInt8]

  /// Larger bodies of proxied routes are not kept.
  static let mostStreamed = 1024 * 1024

  package init(
    _ backend: String, _ method: String, _ target: String, status: Int, headers: [HeaderField] = [], body: [UInt8] = []
  ) {
    self.backend = backend
    self.method = method
    self.target = target
    self.status = status
    self.headers = headers
    self.body = body
  }
}

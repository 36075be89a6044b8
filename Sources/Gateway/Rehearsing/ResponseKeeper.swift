import Foundation
import JSONText
import Locking
import Messages
import Upstream

/// Keeps the last response to each request, without what looks like a secret, and writes them as mocks. *Guarded by its
/// lock.*
package final class ResponseKeeper: ResponseRecorder {
  /// Requests that are kept; of others nothing is.
  static let mostRequests = 10_000
  /// Bytes of bodies together; what is beyond is not kept.
  static let mostBytes = 64 << 20

  private struct State {
    /// By backends, and then by requests in the order in which they came first.
    var responses: [String: [(request: String, response: RecordedResponse)]] = [:]
    var places: [String: Int] = [:]
    var bytes = 0
  }

  private let state = Locked(State())

  package init() {}

  package func record(_ response: RecordedResponse) {
    let request = "\(response.method) \(RecordedSecrets.concealed(target: response.target))"
    state.withLock { state in
      let key = "\(response.backend) \(request)"
      if let place = state.places[key] {
        let before = state.responses[response.backend]?[place].response.body.count ?? 0
        guard state.bytes - before + response.body.count <= Self.mostBytes else { return }
        state.bytes += response.body.count - before
        state.responses[response.backend]?[place].response = response
      } else if state.places.count < Self.mostRequests, state.bytes + response.body.count <= Self.mostBytes {
        state.bytes += response.body.count
        state.places[key] = state.responses[response.backend]?.count ?? 0
        state.responses[response.backend, default: []].append((request, response))
      }
    }
  }

  /// Writes a file for each backend into the folder's `mocks`, in place of one that is there. Returns how many responses
  /// there are. It blocks.
  package func write(to folder: String) throws -> Int {
    let responses = state.withLock { $0.responses }
    let mocks = "\(folder)/mocks"
    try FileManager.default.createDirectory(atPath: mocks, withIntermediateDirectories: true)
    for (backend, kept) in responses {
      var text = "backends:\n  \(backend):\n"
      for (index, entry) in kept.enumerated() {
        text += "    \(Self.quoted(entry.request)):\n"
        text += try Self.script(entry.response, file: "\(backend)-\(index + 1).body", in: mocks)
      }
      try text.write(toFile: "\(mocks)/\(backend).yaml", atomically: true, encoding: .utf8)
    }
    return responses.values.reduce(0) { $0 + $1.count }
  }

  private static func script(_ response: RecordedResponse, file: String, in folder: String) throws -> String {
    let indent = "      "
    var text = "\(indent)status: \(response.status)\n"
    let headers = response.headers.filter { RecordedSecrets.mayBeKept($0) }
    if !headers.isEmpty {
      text += "\(indent)headers:\n"
      var names: [String] = []
      for name in headers.map({ $0.name.lowercased() }) where !names.contains(name) { names.append(name) }
      for name in names {
        let values = headers.filter { $0.isNamed(lowercase: name) }.map { quoted($0.value) }
        text += "\(indent)  \(quoted(name)): [\(values.joined(separator: ", "))]\n"
      }
    }
    if response.body.isEmpty { return text }
    if let json = try? JSONText(response.body) {
      return text + "\(indent)json: \(RecordedSecrets.concealed(.slice(json.root)).jsonText)\n"
    }
    try Data(response.body).write(to: URL(filePath: "\(folder)/\(file)"))
    return text + "\(indent)file: \(file)\n"
  }

  /// As JSON has it, which is YAML.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).jsonText }
}

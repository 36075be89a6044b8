import Foundation
import JSONText
import TestInputs
import Testing

@Suite struct JSONTestSuiteTests {
  /// `y_` has to be taken and `n_` refused; `i_` may be either, but must not crash.
  @Test(.enabled(if: Conformance.folder("json") != nil))
  func parsing() throws {
    let folder = try #require(Conformance.folder("json")).appendingPathComponent("test_parsing")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
    var counts: [Character: Int] = [:]
    for file in files {
      let name = file.lastPathComponent
      let bytes = [UInt8](try Data(contentsOf: file))
      let document = try? JSONText(bytes)
      counts[name.first!, default: 0] += 1
      if name.hasPrefix("y_") { #expect(document != nil, "\(name) was refused") }
      if name.hasPrefix("n_") { #expect(document == nil, "\(name) was taken") }
      if let document { #expect(document.root.withBytes { $0.count } <= bytes.count) }
    }
    #expect(counts == ["y": 95, "n": 188, "i": 35])
  }
}

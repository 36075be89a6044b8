import Foundation
import JSONText

/// A file of cases in the format of JMESPath's compliance suite.
struct CaseFile {
  struct Case {
    var expression: String
    var given: JSONSlice
    var expected: Expected
  }

  enum Expected {
    case result(JSONSlice)
    /// The same text, byte for byte.
    case text(String)
    case error(String)
    /// Of a benchmark: that it runs.
    case anything
  }

  var name: String
  var cases: [Case]

  init(_ url: URL) throws {
    name = url.lastPathComponent
    cases = []
    let document = try JSONText([UInt8](Data(contentsOf: url)))
    for group in document.root.elements {
      guard let given = group[member: "given"], let list = group[member: "cases"] else { continue }
      for entry in list.elements {
        let expected: Expected =
          if let error = entry[member: "error"]?.string {
            .error(error)
          } else if let text = entry[member: "text"]?.string {
            .text(text)
          } else if let result = entry[member: "result"] {
            .result(result)
          } else {
            .anything
          }
        let expression = entry[member: "expression"]?.string ?? ""
        cases.append(Case(expression: expression, given: entry[member: "given"] ?? given, expected: expected))
      }
    }
  }

  /// All `.json` files of a folder, in the order of their names.
  static func all(in folder: URL) throws -> [CaseFile] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map(CaseFile.init)
  }
}

import Foundation
import Testing
import Yams

@testable import Importing

/// Whatever a configuration has in the place of a text, what is made of it is YAML, or there is an error.
@Suite struct StrangeValueTests {
  private static let strange: [DocumentValue] = [
    .string(""), .string("x y${a}: #\"'\n# b"), .number("-1.5e9"), .array([]), .object([]), .null, .string("/{a}/*"),
  ]

  @Test(arguments: GoldenTests.names(in: "KrakenD"))
  func isMadeIntoYAML(_ name: String) throws {
    let path = "\(URL(filePath: #filePath).deletingLastPathComponent().path)/\(name)"
    let root = try DocumentReader.read(String(contentsOfFile: path, encoding: .utf8))
    var tried = 0
    for value in Self.strange {
      for index in 0..<Self.count(root) {
        var left = index
        let changed = Self.replaced(root, &left, by: value)
        guard let made = try? KrakenDImporter.definitions(of: changed.json) else { continue }
        tried += 1
        for file in made.files {
          let root = try Yams.compose(yaml: file.text)
          #expect(root?.mapping != nil, "\(file.text)")
        }
      }
    }
    #expect(tried > 0)
  }

  /// Texts in it.
  private static func count(_ value: DocumentValue) -> Int {
    switch value {
    case .string: 1
    case .array(let elements): elements.reduce(0) { $0 + count($1) }
    case .object(let members): members.reduce(0) { $0 + count($1.value) }
    default: 0
    }
  }

  /// With one text replaced, that before which so many others stand.
  private static func replaced(_ value: DocumentValue, _ left: inout Int, by other: DocumentValue) -> DocumentValue {
    switch value {
    case .string:
      left -= 1
      return left == -1 ? other : value
    case .array(let elements):
      return .array(elements.map { replaced($0, &left, by: other) })
    case .object(let members):
      return .object(members.map { .init(name: $0.name, value: replaced($0.value, &left, by: other)) })
    default: return value
    }
  }
}

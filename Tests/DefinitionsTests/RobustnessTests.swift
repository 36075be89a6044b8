import Foundation
import TestInputs
import Testing

@testable import Definitions

/// Definitions are typed by hand: whatever stands in a file, loading says what is wrong and never ends the process.
@Suite struct RobustnessTests {
  private static let example = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Good/the-example/mobile.yaml")

  @Test(arguments: 0..<8) func brokenFilesAreReported(_ seed: UInt64) throws {
    let text = Array(try String(contentsOf: Self.example, encoding: .utf8).unicodeScalars)
    let pieces = Array("{}[]:,\"'`$&*#|>-!%@\\ \n\t?.\u{0}é\u{85}".unicodeScalars)
    var generator = Dice(seed: seed)
    for _ in 0..<60 {
      var mutated = text
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<mutated.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: mutated.remove(at: place)
        case 1: mutated.insert(pieces.randomElement(using: &generator) ?? " ", at: place)
        case 2: mutated[place] = pieces.randomElement(using: &generator) ?? " "
        default: mutated.removeSubrange(place..<min(mutated.count, place + Int.random(in: 1...40, using: &generator)))
        }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: mutated)
      guard case .failure(let found) = DefinitionLoader.load(files: [("mobile.yaml", String(view))]) else { continue }
      #expect(!found.text.isEmpty)
      let lines = SourceFile(name: "mobile.yaml", text: String(view)).lines
      for diagnostic in found.all where diagnostic.location.line > 0 {
        #expect(diagnostic.location.line <= lines.count)
        #expect(diagnostic.location.column >= 1)
      }
    }
  }
}

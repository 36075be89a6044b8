import Foundation
import Testing

@testable import Definitions

/// Definitions are typed by hand: whatever stands in a file, loading says what is wrong and never ends the process.
@Suite struct RobustnessTests {
  /// SplitMix64: the same mutations on every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static let example = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Good/the-example/mobile.yaml")

  @Test(arguments: 0..<8) func brokenFilesAreReported(_ seed: UInt64) throws {
    let text = Array(try String(contentsOf: Self.example, encoding: .utf8).unicodeScalars)
    let pieces = Array("{}[]:,\"'`$&*#|>-!%@\\ \n\t?.\u{0}é\u{85}".unicodeScalars)
    var generator = Generator(state: seed)
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

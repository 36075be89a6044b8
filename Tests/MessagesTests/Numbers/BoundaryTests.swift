import Foundation
import Testing

/// Where what peers sent is read, no number is converted by what can trap, and no text is read as a number but by
/// `PeerNumber`, which wants a range: whoever adds one says which, or that it can't trap (`widening:`).
struct BoundaryTests {
  private static let folders = [
    "Caching/Coherence", "Caching/Entries", "Caching/Freshness", "Caching/Redis", "Front", "Gateway/Caching", "HTTP1",
    "Listening",
    "Messages",
    "Proxying", "Redis", "Resolving", "Transfers", "Upstream",
  ]

  /// An integer's initializer without a label that says how it does without trapping, or of anything but a constant of
  /// C.
  private static func bare() throws -> Regex<AnyRegexOutput> {
    try Regex(
      #"\bU?Int(8|16|32|64)?(\.init\b|\((?!(exactly|clamping|truncatingIfNeeded|bitPattern|ascii|widening)[:]"#
        + #"|(little|big)Endian[:]|[A-Z][A-Z_0-9]+[)]))"#)
  }

  @Test(arguments: BoundaryTests.folders) func noConversionCanTrap(_ folder: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/\(folder)")
    let names = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
    let sources = names.filter { $0.hasSuffix(".swift") }
    #expect(!sources.isEmpty)
    let bare = try BoundaryTests.bare()
    for name in sources {
      let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
      for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(!String(line).contains(bare), "\(folder)/\(name): \(line)")
      }
    }
  }

  @Test(arguments: [
    ("let a = Int(text)", true), ("UInt16(words[1])", true), (".map(Int.init)", true), ("Int64(x) + 1", true),
    ("Int(exactly: x)", false), ("UInt8(ascii: \"0\")", false), ("Int(MSG_PEEK)", false), ("print(x)", false),
    ("Int(widening: byte)", false), ("PeerNumber(digits: x)", false), ("UInt64(littleEndian: x)", false),
  ])
  func theRuleSeesWhatItIsAbout(_ line: String, _ isBare: Bool) throws {
    #expect(try line.contains(BoundaryTests.bare()) == isBare)
  }
}

import Foundation
import Testing

/// Where numbers from outside are read, of clients, backends, Redis, definitions and bodies, nothing is written that
/// could trap with one: such a number comes from `PeerNumber`, which gives it out only within a range.
struct BoundaryTests {
  private static let folders = [
    "Caching", "Composing", "Definitions", "Eviction", "Front", "Gateway/AccessTokens", "Gateway/Caching",
    "Gateway/Purging", "Gateway/Tracing", "HTTP1", "Idempotency", "Identity", "JMESPath", "JSONText", "HTTP2",
    "Limiting", "Listening",
    "Messages", "Passwords", "Plans", "Proxying", "Redis", "Resolving", "TLS", "Tokens", "Tracing", "Transfers",
    "Upstream",
  ]

  /// Something that is not written there.
  enum Rule: String, CaseIterable {
    /// An integer's initializer without a label that says how it does without trapping, or of anything but a constant
    /// of C. That a value fits is told by its type (`widening:`).
    case conversion
    /// A range that ends where its type does: sums and products of what was held to it have no room.
    case range
    /// Sums of nanoseconds in 64 bits, which are 292 years. `Duration` has room for all of them, and saturates on its
    /// way to `nanoseconds`; its `components` trap at 2^63 seconds.
    case time
    /// A number made of its digits by hand.
    case digits

    var pattern: String {
      switch self {
      case .conversion:
        #"\bU?Int(8|16|32|64)?(\.init\b|\((?!(exactly|clamping|truncatingIfNeeded|bitPattern|ascii|widening)[:]"#
          + #"|(little|big)Endian[:]|[A-Z][A-Z_0-9]+[)]))"#
      case .range: #"\b(within|clamped)\([^)]*\.\.\. ?(Int|Int64|UInt|UInt64)?\.max\b"#
      case .time: #"\.nanoseconds\)? [-+*] |\.components\b"#
      case .digits: #" \* 10\b"#
      }
    }

    /// What may stand all the same, and why.
    var exceptions: [(text: String, reason: String)] {
      switch self {
      case .conversion:
        [
          ("UInt64(text.dropFirst(2), radix:", "nil where a text does not fit; only printed again"),
          ("UInt32(digits, radix: 8)", "of three digits"),
          (".flatMap({ Int($0", "of nine digits at most"),
          ("source(token), radix: 10)", "nil where a text does not fit; slices add to it without overflow"),
        ]
      case .range: [("within(0...Int.max - 1)", "the length of a body, which is only counted down")]
      case .time: []
      case .digits:
        [
          ("status = status * 10", "of three digits"),
          ("value = value * 10 + Int64(truncatingIfNeeded: character)", "of a stamp's sixteen digits"),
          ("min(value * 10 + Int(widening: text[i]", "held to 2^40 behind each digit"),
          ("$0 * 10 + Int64(truncatingIfNeeded: $1", "of at most 18 digits"),
          ("power * 10", "at most 10^18"),
        ]
      }
    }

    /// Those that it forbids.
    func found(in lines: [Substring]) throws -> [Substring] {
      // Its boundaries are those of words, not Unicode's, for which `a.b` is one word.
      let regex = try Regex<AnyRegexOutput>(pattern).wordBoundaryKind(.simple)
      return lines.filter { line in line.contains(regex) && !exceptions.contains { line.contains($0.text) } }
    }
  }

  /// The lines of each file that are no comments.
  private static func files(_ folder: String) throws -> [(name: String, lines: [Substring])] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/\(folder)")
    let names = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
    return try names.filter { $0.hasSuffix(".swift") }.map { name in
      let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
      return (name, text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") })
    }
  }

  @Test(arguments: BoundaryTests.folders) func nothingCanTrap(_ folder: String) throws {
    let files = try Self.files(folder)
    #expect(!files.isEmpty)
    for rule in Rule.allCases {
      for (name, lines) in files {
        let found = try rule.found(in: lines)
        #expect(found.isEmpty, "\(rule): \(folder)/\(name)")
      }
    }
  }

  /// An exception that nothing needs any more goes.
  @Test func everyExceptionIsNeeded() throws {
    let lines = try Self.folders.flatMap { try Self.files($0).flatMap(\.lines) }
    for exception in Rule.allCases.flatMap(\.exceptions) {
      #expect(lines.contains { $0.contains(exception.text) }, "\(exception.text)")
    }
  }

  @Test(
    arguments: [
      (.conversion, "let a = Int(text)", true), (.conversion, "UInt16(words[1])", true),
      (.conversion, ".map(Int.init)", true), (.conversion, "Int64(x) + 1", true),
      (.conversion, "Int((x * 100).rounded())", true),
      (.conversion, "Int(exactly: x)", false), (.conversion, "UInt8(ascii: \"0\")", false),
      (.conversion, "Int(MSG_PEEK)", false), (.conversion, "print(x)", false),
      (.conversion, "Int(widening: byte)", false),
      (.conversion, "PeerNumber(digits: x)", false), (.conversion, "UInt64(littleEndian: x)", false),
      (.range, "age.clamped(to: 0...Int.max)", true), (.range, "x.within(1...Int64.max - 2)", true),
      (.range, "x.within(0 ... .max)", true), (.range, "x.within(1...UInt16.max)", false),
      (.range, "x.clamped(to: 0...longest)", false),
      (.time, "TimeAmount.nanoseconds(timeout.nanoseconds) * 4", true),
      (.time, "deadline.nanoseconds - now.nanoseconds", true),
      (.time, "timeout.components.seconds", true), (.time, ".nanoseconds((timeout * 4).nanoseconds)", false),
      (.time, "a.nanoseconds &- b.nanoseconds", false),
      (.digits, "value = value * 10 + digit", true), (.digits, "x * 100", false),
    ] as [(Rule, String, Bool)])
  func theRulesSeeWhatTheyAreAbout(_ rule: Rule, _ line: String, _ isForbidden: Bool) throws {
    let found = try rule.found(in: [line[...]])
    #expect(found.isEmpty != isForbidden)
  }
}

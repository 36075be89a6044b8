import TestInputs
import Testing

@testable import Messages

/// The longest prefix decides, whatever the order and the number of blocks.
@Suite struct AddressTableTests {
  private func table(_ blocks: [(String, String)]) throws -> AddressTable<String> {
    AddressTable(try blocks.map { (try #require(AddressBlock($0)), $1) })
  }

  private func look(_ address: String, in table: AddressTable<String>) throws -> String? {
    table[try #require(IPAddress(address))]
  }

  @Test(
    arguments: [
      ("10.0.0.1", "a"), ("10.1.0.1", "b"), ("10.1.2.255", "c"), ("10.1.3.0", "b"), ("10.255.255.255", "a"),
      ("11.0.0.0", nil), ("9.255.255.255", nil), ("::ffff:10.1.2.3", "c"), ("2001:db8::1", "d"), ("2001:db9::1", nil),
      ("255.255.255.255", "e"), ("255.255.255.254", nil),
    ] as [(String, String?)])
  func theLongestPrefixDecides(_ address: String, _ value: String?) throws {
    let table = try table([
      ("10.1.2.0/24", "c"), ("2001:db8::/32", "d"), ("10.0.0.0/8", "a"), ("255.255.255.255", "e"), ("10.1.0.0/16", "b"),
    ])
    #expect(try look(address, in: table) == value)
  }

  @Test func ofEqualBlocksTheLaterOneCounts() throws {
    let table = try table([("10.0.0.0/8", "a"), ("10.9.9.9/8", "b"), ("10.1.0.0/16", "c")])
    #expect(try look("10.2.0.1", in: table) == "b")
    #expect(try look("10.1.0.1", in: table) == "c")
  }

  /// All addresses of one family are none of the other's.
  @Test func everythingIsOfOneFamily() throws {
    let table = try table([("0.0.0.0/0", "four"), ("::/0", "six")])
    #expect(try look("1.2.3.4", in: table) == "four" && look("::ffff:1.2.3.4", in: table) == "four")
    #expect(try look("::1", in: table) == "six" && look("ffff::", in: table) == "six")
    #expect(try look("1.2.3.4", in: self.table([("::/0", "six")])) == nil)
  }

  /// Against looking at every block.
  @Test func isAsLookingAtEachBlock() throws {
    var dice = Dice(seed: 7)
    for _ in 0..<200 {
      // Few bits, so that they lie within one another.
      let blocks = (0..<Int.random(in: 0...40, using: &dice)).map { _ in
        let bits = Int.random(in: 0...32, using: &dice)
        return "\(Int.random(in: 8...11, using: &dice)).\([0, 128].randomElement(using: &dice)!).0.\(bits)/\(bits)"
      }
      let table = try table(blocks.enumerated().map { ($1, "\($0)") })
      for _ in 0..<50 {
        let (a, b) = (Int.random(in: 7...12, using: &dice), [0, 1, 127, 128, 255].randomElement(using: &dice)!)
        let text = "\(a).\(b).0.\(Int.random(in: 0...32, using: &dice))"
        let address = try #require(IPAddress(text))
        let holding = blocks.enumerated().filter { AddressBlock($1)?.contains(address) == true }
        let best = holding.max { left, right in
          let (one, two) = (Self.length(left.element), Self.length(right.element))
          return one == two ? left.offset < right.offset : one < two
        }
        #expect(table[address] == best.map { "\($0.offset)" }, "\(text) in \(blocks)")
      }
    }
  }

  private static func length(_ block: String) -> Int { Int(block.split(separator: "/")[1]) ?? 0 }
}

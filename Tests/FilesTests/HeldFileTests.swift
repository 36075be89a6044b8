import Glibc
import Testing

@testable import Files

@Suite(.serialized) struct HeldFileTests {
  private func file() throws -> OpenFile { try OpenFile(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) }

  @Test func soManyAreHeldAndNoMore() throws {
    var held = [try HeldFile(file(), most: 2), try HeldFile(file(), most: 2)]
    for _ in 0..<3 { #expect(throws: FileFault.full) { try HeldFile(file(), most: 2) } }
    held.removeLast()
    held.append(try HeldFile(file(), most: 2))
    #expect(held.count == 2)
  }
}

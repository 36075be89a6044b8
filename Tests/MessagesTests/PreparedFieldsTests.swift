import Messages
import Testing

@Suite struct PreparedFieldsTests {
  private final class Form: Sendable {}

  /// The first of those that several threads make counts, and its bytes alone.
  @Test func whatIsKeptCountsOnce() async {
    let prepared = PreparedFields([], validators: 0)
    await withTaskGroup(of: Void.self) { group in
      for bytes in 1...100 { group.addTask { prepared.keep(Form(), .br, bytes: 1000 + bytes) } }
    }
    let first = prepared.codedBytes
    #expect((1001...1100).contains(first))
    prepared.keep(Form(), .gzip, bytes: 7)
    prepared.keep(Form(), .gzip, bytes: 9)
    #expect(prepared.codedBytes == first + 7)
  }
}

import NIOHTTP1
import Testing

@testable import Files

@Suite struct FileVersionTests {
  /// Changed at 1994-11-06 08:49:37 and a half.
  private let version = FileVersion(size: 10, modified: 784_111_777_500_000_000, now: 2_000_000_000)
  private let before = "Sun, 06 Nov 1994 08:49:36 GMT"
  private let then = "Sun, 06 Nov 1994 08:49:37 GMT"
  private var tag: String { version.etag ?? "" }

  private func condition(_ fields: KeyValuePairs<String, String>) -> FileVersion.Condition {
    version.condition(HTTPHeaders(fields.map { ($0.key, $0.value) }))
  }

  @Test func oneConditionAtATime() {
    #expect(condition([:]) == .met)
    #expect(condition(["If-None-Match": tag]) == .unchanged)
    #expect(condition(["If-None-Match": "W/\(tag)"]) == .unchanged)
    #expect(condition(["If-None-Match": "\"a\", \(tag)"]) == .unchanged)
    #expect(condition(["If-None-Match": "*"]) == .unchanged)
    #expect(condition(["If-None-Match": "\"a\""]) == .met)
    #expect(condition(["If-Modified-Since": then]) == .unchanged)
    #expect(condition(["If-Modified-Since": before]) == .met)
    #expect(condition(["If-Modified-Since": "yesterday"]) == .met)
    #expect(condition(["If-Match": tag]) == .met)
    #expect(condition(["If-Match": "*"]) == .met)
    #expect(condition(["If-Match": "W/\(tag)"]) == .failed)
    #expect(condition(["If-Match": "\"a\""]) == .failed)
    #expect(condition(["If-Unmodified-Since": then]) == .met)
    #expect(condition(["If-Unmodified-Since": before]) == .failed)
    #expect(condition(["If-Unmodified-Since": "yesterday"]) == .met)
  }

  @Test func tagsGoBeforeTimes() {
    #expect(condition(["If-None-Match": "\"a\"", "If-Modified-Since": then]) == .met)
    #expect(condition(["If-None-Match": tag, "If-Modified-Since": before]) == .unchanged)
    #expect(condition(["If-Match": tag, "If-Unmodified-Since": before]) == .met)
    #expect(condition(["If-Match": "\"a\"", "If-None-Match": tag]) == .failed)
  }

  @Test func rangesAreOfOneVersion() {
    #expect(version.allowsRange([:]))
    #expect(version.allowsRange(["If-Range": tag]))
    #expect(!version.allowsRange(["If-Range": "W/\(tag)"]))
    #expect(!version.allowsRange(["If-Range": "\"a\""]))
    #expect(version.allowsRange(["If-Range": then]))
    #expect(!version.allowsRange(["If-Range": before]))
  }

  @Test func everyVersionHasItsOwnTag() {
    let tags = [
      version, FileVersion(size: 11, modified: 784_111_777_500_000_000, now: 0),
      FileVersion(size: 10, modified: 784_111_777_500_000_001, now: 0),
      FileVersion(size: 10, modified: 784_111_777_500_000_000, coding: .br, now: 0),
      FileVersion(size: 10, modified: 784_111_777_500_000_000, coding: .gzip, now: 0),
    ].map(\.etag)
    #expect(Set(tags).count == 5)
  }

  @Test func aTimeToComeIsNow() {
    #expect(FileVersion(size: 1, modified: 900_000_000_000_000_000, now: 800_000_000).modified == 800_000_000)
  }

  /// As builds that must not differ from day to day set it.
  @Test(arguments: [0, 1_000_000_000, -5]) func aTimeThatSaysNothingIsNotTold(_ modified: Int) {
    let version = FileVersion(size: 1, modified: modified, now: 800_000_000)
    #expect(version.etag == nil && version.modified == nil)
    #expect(version.condition(["If-None-Match": "*", "If-Match": "\"a\""]) == .met)
    #expect(!version.allowsRange(["If-Range": "\"a\""]))
  }
}

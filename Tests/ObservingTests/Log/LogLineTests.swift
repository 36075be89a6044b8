import Testing

@testable import Observing

struct LogLineTests {
  private func text(_ build: (inout LogLine) -> Void) -> String {
    var line = LogLine()
    line.begin(level: "info", "request")
    build(&line)
    return String(decoding: line.ended(), as: UTF8.self)
  }

  @Test func beginsWithTheTimeInUTC() throws {
    let line = text { $0.field("status", 200) }
    let match = try #require(
      line.wholeMatch(of: #/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) info request status=200\n/#))
    #expect(match.1 > "2026-01-01")
  }

  @Test(
    "A value can't end its line, nor look like another field",
    arguments: [
      ("bare", "bare"), ("/a/b?c", "/a/b?c"), ("", #""""#), ("a b", #""a b""#), ("a=b", #""a=b""#),
      ("a\nb status=200", #""a\u000ab status=200""#), (#"say "hi" \o/"#, #""say \"hi\" \\o/""#),
      ("\u{1B}[2J\u{7F}", #""\u001b[2J\u007f""#), ("\u{9B}2J", #""\u009b2J""#), ("Zoë", #""Zoë""#),
    ])
  func values(_ value: String, _ written: String) {
    #expect(text { $0.field("key", value) }.hasSuffix(" info request key=\(written)\n"))
  }

  @Test func aLongLineIsCutBetweenCharacters() throws {
    for padding in 0..<3 {
      let line = text {
        $0.field("first", "kept")
        $0.field("path", String(repeating: "x", count: padding) + String(repeating: "é", count: 5000))
      }
      #expect(line.utf8.count <= LogLine.maxBytes && line.utf8.count > LogLine.maxBytes - 4)
      #expect(line.contains("first=kept") && line.hasSuffix("é…\n") && !line.contains("\u{FFFD}"))
    }
  }

  @Test func aMessageStaysOnItsLine() {
    var line = LogLine()
    line.begin(level: "info", "two\nlines")
    #expect(String(decoding: line.ended(), as: UTF8.self).hasSuffix("two lines\n"))
  }

  // MARK: JSON

  private func json(_ build: (inout LogLine) -> Void) -> String {
    var line = LogLine(.json)
    line.begin(level: "info", "request")
    build(&line)
    return String(decoding: line.ended(), as: UTF8.self)
  }

  @Test func inJSONALineIsAnObject() throws {
    let line = json {
      $0.field("status", 200)
      $0.field("path", "/a \"b\"\u{1B}\n\u{9B}é")
      $0.field("replayed")
      $0.field("calls", list: [#"{"a":1}"#, "2"])
    }
    let match = try #require(
      line.wholeMatch(of: #/\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",(.*)\}\n/#))
    #expect(
      match.1 == #""level":"info","msg":"request","status":200,"path":"/a \"b\"\u001b\u000a\u009bé","#
        + #""replayed":true,"calls":[{"a":1},2]"#)
  }

  /// It is whole: what has no room is left out.
  @Test func aLongLineOfJSONSaysWhatItLacks() {
    for padding in 0..<3 {
      let long = String(repeating: "x", count: padding) + String(repeating: "é", count: 2000)
      let line = json {
        for name in ["a", "b", "c", "d"] { $0.field(name, long) }
        $0.field("last", 1)
      }
      #expect(line.utf8.count <= LogLine.maxBytes && line.hasSuffix(#","last":1,"cut":true}"# + "\n"))
      #expect(line.contains(#""c":"#) && !line.contains(#""d":"#))
      #expect(line.contains("é…\"") && !line.contains("\u{FFFD}"))
    }
    let list = json { $0.field("calls", list: Array(repeating: #"{"name":"some call"}"#, count: 1000)) }
    #expect(list.utf8.count <= LogLine.maxBytes && list.hasSuffix(#"{"name":"some call"}],"cut":true}"# + "\n"))
  }
}

import Glibc
import Logging
import Testing

@testable import Observing

struct LogWriterTests {
  private func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

  @Test func writesLinesInTheirOrder() {
    let pipe = TestPipe()
    let writer = LogWriter(descriptor: pipe.writing)
    for number in 0..<1000 { writer.append(line("\(number)")) }
    #expect(writer.flush(within: .seconds(60)))
    #expect(pipe.available() == (0..<1000).map { "\($0)\n" }.joined())
    writer.stop()
  }

  @Test func dropsWhatNobodyReadsAndTellsHowManyLines() throws {
    let pipe = TestPipe()
    let writer = LogWriter(descriptor: pipe.writing)
    let long = line(String(repeating: "x", count: 999))
    // Never waits: no reader is there, and this is more than the pipe and the writer hold.
    let count = 3 * LogWriter.maxWaitingBytes / long.count
    for _ in 0..<count { writer.append(long) }
    #expect(!writer.flush(within: .milliseconds(10)))
    var text = ""
    while !text.hasSuffix("\n") || !text.contains("dropped"), let more = pipe.read() { text += more }
    var lines = text.split(separator: "\n")
    let told = try #require(lines.popLast()?.firstMatch(of: /warning log lines were dropped count=(\d+)$/))
    // What arrived is whole, and nothing is missing that was not told of.
    #expect(lines.allSatisfy { $0.utf8.count == 999 })
    #expect(lines.count + (Int(told.1) ?? 0) == count)
    // It goes on.
    writer.append(line("after"))
    #expect(pipe.read() == "after\n")
    writer.stop()
  }

  @Test func linesOfADescriptorThatRefusesAreCountedAndTold() throws {
    let pipe = TestPipe()
    let (old, closed) = (dup(pipe.writing), open("/dev/full", O_WRONLY | O_CLOEXEC))
    let writer = LogWriter(descriptor: pipe.writing)
    dup2(closed, pipe.writing)
    for number in 0..<5 {
      writer.append(line("\(number)"))
      writer.flush(within: .seconds(60))
    }
    dup2(old, pipe.writing)
    writer.append(line("after"))
    #expect(writer.flush(within: .seconds(60)))
    let text = pipe.available()
    #expect(text.hasPrefix("after\n") && text.hasSuffix("warning log lines were dropped count=5\n"), "\(text)")
    writer.stop()
    close(old)
    close(closed)
  }

  @Test func aLoggerWritesItsFieldsByName() {
    let pipe = TestPipe()
    let writer = LogWriter(descriptor: pipe.writing)
    var logger = Logger(label: "test") { _ in LineLogHandler(writer) }
    logger[metadataKey: "own"] = "always"
    logger.notice("something happened", metadata: ["b": "2", "a": "one two"])
    logger.debug("not this")
    #expect(writer.flush(within: .seconds(60)))
    #expect(pipe.available().hasSuffix(" notice something happened a=\"one two\" b=2 own=always\n"))
    writer.stop()
  }
}

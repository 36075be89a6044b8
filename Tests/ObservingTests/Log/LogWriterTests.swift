import Glibc
import Locking
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
    // What arrived is whole, and nothing is missing that was not told of, perhaps more than once.
    var (rest, arrived, told) = ("", 0, 0)
    while arrived + told < count, let more = pipe.read() {
      var lines = (rest + more).split(separator: "\n", omittingEmptySubsequences: false)
      rest = String(lines.removeLast())
      for line in lines {
        if let notice = line.firstMatch(of: /warning log lines were dropped count=(\d+)$/) {
          told += Int(notice.1) ?? 0
        } else {
          #expect(line.utf8.count == 999)
          arrived += 1
        }
      }
    }
    #expect(arrived + told == count && told > 0 && rest.isEmpty)
    // It goes on.
    writer.append(line("after"))
    #expect(pipe.read() == "after\n")
    writer.stop()
  }

  /// What must not be lost has room that other lines can't take.
  @Test func errorsHaveRoomOfTheirOwn() throws {
    let pipe = TestPipe()
    let writer = LogWriter(descriptor: pipe.writing)
    let long = line(String(repeating: "x", count: 999))
    for _ in 0..<3 * LogWriter.maxWaitingBytes / long.count { writer.append(long) }
    let most = 2 * LogWriter.reservedBytes / long.count
    let rest = String(repeating: "e", count: 980)
    for number in 0..<most { writer.append(line("error \(number) \(rest)"), isError: true) }
    var text = ""
    while !text.contains("were dropped"), let more = pipe.read() { text += more }
    writer.stop()
    text += pipe.available()
    let errors = text.matches(of: #/error (\d+) /#).compactMap { Int($0.1) }
    // Those that came first, and no more than there is room for.
    #expect(errors == Array(0..<errors.count) && errors.count >= 200 && errors.count < most)
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

  @Test func inJSONAllThatItWritesItselfIs() {
    let pipe = TestPipe()
    let writer = LogWriter(descriptor: pipe.writing)
    writer.set(.json)
    Logger(label: "test") { _ in LineLogHandler(writer) }.notice("something happened", metadata: ["b": "2"])
    #expect(writer.flush(within: .seconds(60)))
    #expect(pipe.available().hasSuffix(#"Z","level":"notice","msg":"something happened","b":"2"}"# + "\n"))
    var batch = LogBatch()
    batch.tellOfDropped(3, .json)
    let told = String(decoding: batch.bytes, as: UTF8.self)
    #expect(told.hasSuffix(#""msg":"log lines were dropped","count":3}"# + "\n"))
    writer.stop()
  }

  @Test func aDescriptorThatRefusesIsToldOf() {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    let faults = Locked<[Int32]>([])
    let writer = LogWriter(descriptor: full) { fault in faults.withLock { $0.append(fault) } }
    writer.append(line("lost"))
    writer.stop()
    #expect(faults.withLock { $0 } == [ENOSPC])
    close(full)
  }
}

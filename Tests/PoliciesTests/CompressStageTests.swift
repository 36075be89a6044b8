import Compressing
import Messages
import NIOCore
import NIOEmbedded
import Plans
import TestServers
import Testing

@testable import Front
@testable import Policies

/// What is compressed, and what is said of it, over a sink without a wire.
@Suite struct CompressStageTests {
  private static let body = String(repeating: "weft ", count: 1000)
  private static let html = HeaderField("Content-Type", "text/html; charset=utf-8")

  private let pool = CompressorPool()

  private func sink(
    _ fields: [HeaderField] = [html], status: Int = 200, body: String = body,
    _ change: (inout CompressPlan) -> Void = { _ in }
  ) -> TestSink {
    var plan = CompressPlan()
    change(&plan)
    let work = ClosureEndpoint { exchange in
      exchange.answer(Answer(status: status, headers: fields, body: Array(body.utf8)))
    }
    return TestSink(Site([(entry("ANY /a"), [CompressStage(plan, pool: pool)], work)]))
  }

  /// The head of the answer, and whether its body was compressed.
  private func answer(
    _ sink: TestSink, _ headers: KeyValuePairs<String, String> = ["Accept-Encoding": "gzip"], _ method: String = "GET"
  ) throws -> (head: String, isSmaller: Bool) {
    try sink.request(method, "/a", headers)
    let (head, body) = (sink.events[sink.events.count - 2], sink.events[sink.events.count - 1])
    #expect(pool.taken == 0)
    return (head, body.utf8.count < Self.body.utf8.count / 2)
  }

  @Test func aTextIsCompressed() throws {
    let (head, isSmaller) = try answer(sink())
    #expect(head == "200 Content-Type=text/html; charset=utf-8 Vary=Accept-Encoding Content-Encoding=gzip" && isSmaller)
  }

  @Test func whoTakesNoneGetsItAsItIs() throws {
    let (head, isSmaller) = try answer(sink(), [:])
    #expect(head == "200 Content-Type=text/html; charset=utf-8 Vary=Accept-Encoding" && !isSmaller)
  }

  /// Neither compressed, nor said to be another for others.
  @Test(arguments: [
    [HeaderField("Content-Type", "image/png")], [], [HeaderField("Content-Type", "text/event-stream")],
    [html, HeaderField("Content-Encoding", "br")], [html, HeaderField("Cache-Control", "public, no-transform")],
    [html, HeaderField("Content-Range", "bytes 0-9/20")], [html, HeaderField("Content-Digest", "sha-256=:x:")],
  ]) func whatIsLeftAlone(_ fields: [HeaderField]) throws {
    let (head, isSmaller) = try answer(sink(fields))
    #expect(!head.contains("Vary") && !head.contains("gzip") && !isSmaller)
  }

  @Test(arguments: [206, 204, 304, 205]) func statusesThatAreLeftAlone(_ status: Int) throws {
    let head = try answer(sink(status: status, body: "")).head
    #expect(!head.contains("Content-Encoding"))
  }

  @Test(arguments: [
    "application/json", "application/problem+json", "TEXT/CSS", "application/javascript", "image/svg+xml",
    "application/atom+xml",
  ]) func typesThatAreCompressed(_ type: String) throws {
    #expect(try answer(sink([HeaderField("content-type", type)])).isSmaller)
  }

  @Test func typesAsTheyAreWritten() throws {
    let change: (inout CompressPlan) -> Void = { $0.types = MediaTypes(["application/wasm"]) }
    #expect(try !answer(sink(change)).isSmaller)
    #expect(try answer(sink([HeaderField("Content-Type", "application/wasm")], change)).isSmaller)
  }

  private func sink(_ change: (inout CompressPlan) -> Void) -> TestSink { sink([Self.html], change) }

  @Test func aSmallOneGoesOutAsItIs() throws {
    let (head, _) = try answer(sink { $0.min = 5001 })
    #expect(head.contains("Vary=Accept-Encoding") && !head.contains("Content-Encoding"))
    #expect(try answer(sink { $0.min = 5000 }).isSmaller)
    // Unless it can't.
    #expect(try answer(sink { $0.min = 5001 }, ["Accept-Encoding": "br, identity;q=0"]).isSmaller)
  }

  @Test func aClientMayWantWhatWasMade() throws {
    let (head, isSmaller) = try answer(sink(), ["Accept-Encoding": "gzip", "Cache-Control": "no-transform"])
    #expect(!head.contains("Vary") && !isSmaller)
  }

  @Test func aStrongTagIsTheCodingsOwn() throws {
    let etag = HeaderField("ETag", "\"a\"")
    #expect(try answer(sink([Self.html, etag])).head.contains("ETag=\"a-gzip\""))
    #expect(try answer(sink([Self.html, etag]), [:]).head.contains("ETag=\"a\""))
    #expect(try answer(sink([Self.html, HeaderField("ETag", "W/\"a\"")])).head.contains("ETag=W/\"a\""))
  }

  @Test func partsOfItAreNotOffered() throws {
    let fields = [Self.html, HeaderField("Accept-Ranges", "bytes")]
    #expect(try !answer(sink(fields)).head.contains("Accept-Ranges"))
    #expect(try answer(sink(fields), [:]).head.contains("Accept-Ranges"))
  }

  @Test func itVariesOnce() throws {
    for value in ["Accept-Encoding", "origin, ACCEPT-encoding", "*"] {
      let head = try answer(sink([Self.html, HeaderField("Vary", value)])).head
      #expect(head.contains("Vary=\(value)") && head.firstRange(of: "Vary") == head.ranges(of: "Vary").last)
    }
  }

  // MARK: Tags that clients send

  /// What the work sees of the tags, and what the client is told where the work says that nothing has changed.
  private func known(_ name: String, _ list: String, _ method: String = "GET", accepts: String = "br") throws -> (
    seen: String?, head: String
  ) {
    nonisolated(unsafe) var seen: String?
    let work = ClosureEndpoint { exchange in
      seen = exchange.request.headers.joined(name)
      exchange.answer(Answer(status: 304, headers: [HeaderField("ETag", "\"a\"")]))
    }
    let sink = TestSink(Site([(entry("ANY /a"), [CompressStage(CompressPlan(), pool: pool)], work)]))
    try sink.request(method, "/a", [name: list, "Accept-Encoding": accepts])
    return (seen, sink.events[0])
  }

  /// A list that is malformed lists nothing.
  @Test func aMalformedListIsLeftAlone() throws {
    for list in ["\"a-br", "a-br", "\"b\" \"a-br\""] {
      #expect(try known("if-none-match", list).seen == list)
    }
    #expect(try known("if-none-match", "\"x,y-br\",\"a-br\"").seen == "\"x,y-br\",\"a-br\", \"x,y\", \"a\"")
  }

  @Test func theTagOfTheCodingIsUnderstood() throws {
    let (seen, head) = try known("if-none-match", "\"b\", \"a-br\"")
    #expect(seen == "\"b\", \"a-br\", \"a\"" && head == "304 Vary=Accept-Encoding ETag=\"a-br\"")
  }

  @Test func whoHasItAsItIsIsToldSo() throws {
    let (seen, head) = try known("if-none-match", "\"a\"")
    #expect(seen == "\"a\"" && head == "304 ETag=\"a\" Vary=Accept-Encoding")
  }

  /// What was in another coding is another answer.
  @Test func theTagOfAnotherCodingIsNot() throws {
    #expect(try known("if-none-match", "\"a-gzip\"").seen == "\"a-gzip\"")
    #expect(try known("if-none-match", "\"a-br\"", accepts: "identity").seen == "\"a-br\"")
    #expect(try known("if-none-match", "*").seen == "*")
  }

  @Test func aWriteMayHaveSeenItInAnyCoding() throws {
    #expect(try known("if-match", "\"a-gzip\"", "PUT").seen == "\"a-gzip\", \"a\"")
    #expect(try known("if-match", "W/\"a-gzip\"", "PUT").seen == "W/\"a-gzip\"")
    #expect(try known("if-none-match", "\"a-zstd\"", "PUT").seen == "\"a-zstd\", \"a\"")
  }

  // MARK: In pieces

  @Test func piecesAreFlushedAsTheyCome() throws {
    let work = ClosureEndpoint { exchange in
      _ = exchange.begin(status: 200, [Self.html], length: 9000)
      exchange.write(ByteBuffer(string: Self.body))
      exchange.flush()
      exchange.write(ByteBuffer(string: "end"))
      exchange.end(trailers: [HeaderField]?.none)
      exchange.flush()
    }
    let sink = TestSink(Site([(entry("GET /a"), [CompressStage(CompressPlan(), pool: pool)], work)]))
    try sink.request("GET", "/a", ["Accept-Encoding": "zstd"])
    #expect(sink.events[0].hasSuffix("Content-Encoding=zstd") && sink.events[1] == "length unknown")
    // Something of the first piece goes out before the flush, or with it; nothing behind the end.
    let flush = try #require(sink.events.firstIndex(of: "flush"))
    #expect(sink.events[2..<flush].contains { $0.utf8.count > 10 })
    #expect(sink.events.suffix(2) == ["end", "flush"] && pool.taken == 0)
  }

  @Test func whereTooManyAreCompressedTheNextIsNot() throws {
    let leases = (0..<CompressorPool.mostTaken).map { _ in pool.lease(.gzip, size: nil) }
    let sink = sink()
    try sink.request("GET", "/a", ["Accept-Encoding": "gzip"])
    #expect(sink.events == ["200 Content-Type=\(Self.html.value) Vary=Accept-Encoding", Self.body])
    _ = leases
  }

  @Test func aClientThatLeavesGivesItsCompressorBack() throws {
    let work = ClosureEndpoint { exchange in
      _ = exchange.begin(status: 200, [Self.html], length: nil)
      exchange.write(ByteBuffer(string: "first"))
    }
    let sink = TestSink(Site([(entry("GET /a"), [CompressStage(CompressPlan(), pool: pool)], work)]))
    let exchange = try sink.request("GET", "/a", ["Accept-Encoding": "br"])
    #expect(pool.taken == 1)
    sink.leave()
    #expect(pool.taken == 0)
    exchange.write(ByteBuffer(string: "nobody"))
  }

  // MARK: Large ones

  /// Three times what goes through in one go.
  private func large(_ loop: EmbeddedEventLoop, _ prepared: PreparedFields? = nil) -> TestSink {
    let body = ByteBuffer(repeating: UInt8(ascii: "a"), count: 3 * Exchange.mostFilteredAtOnce)
    let work = ClosureEndpoint { exchange in
      guard let prepared else {
        return exchange.answer(Answer(status: 200, headers: [Self.html], body: Array(body.readableBytesView)))
      }
      exchange.answer(status: 200, prepared, isNotModified: false, [HeaderField](), body: body)
    }
    return TestSink(Site([(entry("GET /a"), [CompressStage(CompressPlan(), pool: pool)], work)]), on: loop)
  }

  @Test func aLargeOneLetsOthersByWhileItIsCompressed() throws {
    let loop = EmbeddedEventLoop()
    let sink = large(loop)
    try sink.request("GET", "/a", ["Accept-Encoding": "gzip"])
    #expect(sink.events == [] && pool.taken == 1)
    loop.run()
    #expect(sink.events.count == 2 && sink.events[0].hasSuffix("Content-Encoding=gzip") && pool.taken == 0)
    #expect(sink.events[1].utf8.count < 50_000)
    // As it is, it goes at once.
    try sink.request("GET", "/a")
    #expect(sink.events.count == 4 && sink.events[3].utf8.count == 3 * Exchange.mostFilteredAtOnce)
  }

  @Test func ofALargeOneNothingIsDoneForWhoHasLeft() throws {
    let loop = EmbeddedEventLoop()
    let sink = large(loop)
    try sink.request("GET", "/a", ["Accept-Encoding": "br"])
    sink.leave()
    #expect(pool.taken == 0)
    loop.run()
    #expect(sink.events == [])
  }

  @Test func aLargeOneIsNotKept() throws {
    let loop = EmbeddedEventLoop()
    let prepared = PreparedFields([HeaderField("ETag", "\"a\""), Self.html], validators: 1)
    let sink = large(loop, prepared)
    for _ in 0..<2 {
      try sink.request("GET", "/a", ["Accept-Encoding": "gzip"])
      loop.run()
    }
    #expect(sink.events.count == 4 && sink.events[2].contains("ETag=\"a-gzip\"") && sink.events[3] == sink.events[1])
    #expect(prepared.codedBytes == 0)
  }

  // MARK: What many get

  @Test func whatManyGetIsCompressedOnce() throws {
    let fields = [HeaderField("ETag", "\"a\""), HeaderField("Cache-Control", "max-age=9"), Self.html]
    let prepared = PreparedFields(fields, validators: 2)
    let work = ClosureEndpoint { exchange in
      exchange.answer(
        status: 200, prepared, isNotModified: false, [HeaderField("Age", "0")], body: ByteBuffer(string: Self.body))
    }
    let sink = TestSink(Site([(entry("GET /a"), [CompressStage(CompressPlan(), pool: pool)], work)]))
    for _ in 0..<2 { try sink.request("GET", "/a", ["Accept-Encoding": "gzip"]) }
    let kept = try #require(prepared.coded(.gzip, as: CodedAnswer.self))
    #expect(sink.events[1] == String(buffer: kept.body) && sink.events[3] == sink.events[1])
    #expect(
      kept.fields.fields == [
        HeaderField("ETag", "\"a-gzip\""), fields[1], Self.html, HeaderField("Content-Encoding", "gzip"),
      ])
    #expect(prepared.codedBytes == kept.bytes && kept.bytes >= kept.body.readableBytes)
    try sink.request("GET", "/a", ["Accept-Encoding": "br"])
    #expect(prepared.coded(.br, as: CodedAnswer.self) != nil && prepared.codedBytes > kept.bytes)
  }
}

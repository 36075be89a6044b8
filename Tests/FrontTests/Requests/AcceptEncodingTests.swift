import Messages
import Testing

@testable import Front

/// What clients say of content codings (RFC 9110 §12.5.3).
@Suite struct AcceptEncodingTests {
  private static let all: [AnswerCoding] = [.br, .zstd, .gzip]

  @Test(arguments: [
    ("gzip", AnswerCoding.gzip), ("gzip, br", .br), ("gzip;q=1.0, br;q=0.9", .gzip), ("GZIP ; Q=0.5", .gzip),
    ("x-gzip", .gzip), ("*", .br), ("br;q=0, *;q=0.1", .zstd), ("gzip;q=0.001", .gzip), ("zstd,gzip;q=0.8", .zstd),
    ("deflate, gzip", .gzip), ("identity;q=0, gzip", .gzip), ("identity;q=0.5, gzip;q=0.5", .gzip), (",, br,", .br),
    ("br;q=1.000", .br), ("gzip;q=1.", .gzip),
  ]) func aCoding(_ field: String, _ coding: AnswerCoding) {
    #expect(AcceptEncoding([field], among: Self.all).coding == coding)
  }

  @Test(arguments: [
    "", "identity", "gzip;q=0", "*;q=0", "deflate", "identity, gzip;q=0.5", "gzip;q=2", "gzip;q=0.0001", "gzip;q=x",
    "gzip;q=-1", "gzip;q", "gzip;level=9", "gzip;q=1.1", "gzip;q=10",
  ]) func none(_ field: String) {
    #expect(AcceptEncoding([field], among: Self.all).coding == nil)
  }

  @Test func linesAreOneList() {
    #expect(AcceptEncoding(["gzip;q=0.5", "zstd"], among: Self.all).coding == .zstd)
    #expect(AcceptEncoding([], among: Self.all).coding == nil)
    #expect(AcceptEncoding(["br, gzip"], among: [.gzip]).coding == .gzip)
  }

  @Test(arguments: [
    ("identity;q=0", true), ("*;q=0", true), ("gzip", false), ("*;q=0, identity;q=0.1", false), ("", false),
    ("*", false),
  ]) func whoDoesNotTakeItAsItIs(_ field: String, _ refuses: Bool) {
    #expect(AcceptEncoding([field], among: Self.all).refusesPlain == refuses)
  }
}

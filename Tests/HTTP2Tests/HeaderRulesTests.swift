import NIOHPACK
import Testing

@testable import HTTP2

@Suite struct HeaderRulesTests {
  private typealias Fields = [(String, String)]

  private static let get: Fields = [(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "a.b")]

  private func isRequest(_ fields: Fields, isComplete: Bool = true) -> Bool {
    HeaderRules.isRequest(HPACKHeaders(fields), isComplete: isComplete)
  }

  @Test func requestsHaveTheirPseudoFieldsOnceAndFirst() {
    #expect(isRequest(Self.get) && isRequest(Self.get.reversed()) && isRequest(Self.get.dropLast()))
    for index in 0..<3 {
      #expect(!isRequest(Self.get.enumerated().filter { $0.offset != index }.map(\.element)))
    }
    for field in Self.get { #expect(!isRequest(Self.get + [field]), "\(field)") }
    for name in [":status", ":protocol", ":", ":Path", ""] { #expect(!isRequest(Self.get + [(name, "x")]), "\(name)") }
    #expect(!isRequest([("x", "y")] + Self.get))
    #expect(!isRequest([(":method", "GET"), (":scheme", "http"), (":path", "")]))
  }

  @Test func tunnelsHaveAnAuthorityAlone() {
    #expect(isRequest([(":method", "CONNECT"), (":authority", "a:443")]))
    #expect(!isRequest([(":method", "CONNECT")]))
    #expect(!isRequest(Self.get.map { $0.0 == ":method" ? ($0.0, "CONNECT") : $0 }))
  }

  @Test func pseudoFieldsHaveNoBlanks() {
    for value in ["/a b", "/a\t", "/\0", "/\r\n", "/\u{7F}"] {
      #expect(!isRequest(Self.get.map { $0.0 == ":path" ? ($0.0, value) : $0 }), "\(value)")
    }
  }

  @Test func fieldsAreNoneOfTheConnection() {
    for name in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
      #expect(!isRequest(Self.get + [(name, "x")]), "\(name)")
      #expect(!HeaderRules.isTrailers(HPACKHeaders([(name, "x")])), "\(name)")
    }
    #expect(isRequest(Self.get + [("te", "trailers")]) && !isRequest(Self.get + [("te", "gzip")]))
  }

  @Test func namesAreTokensInLowerCase() {
    for name in ["X", "x-A", "a b", "a:b", "a\r", ""] { #expect(!isRequest(Self.get + [(name, "x")]), "\(name)") }
    #expect(isRequest(Self.get + [("x-!#$%&'*+.^_`|~9", "x")]))
  }

  @Test func valuesHaveNoEndsOfLines() {
    for value in ["a\rb", "a\nb", "\r\n", "a\0"] { #expect(!isRequest(Self.get + [("x", value)]), "\(value)") }
    #expect(isRequest(Self.get + [("x", ""), ("y", "é \t\u{1}")]))
  }

  @Test func aBodyThatIsAnnouncedComes() {
    #expect(!isRequest(Self.get + [("content-length", "1")]))
    #expect(isRequest(Self.get + [("content-length", "0")]))
    #expect(isRequest(Self.get + [("content-length", "1")], isComplete: false))
  }

  @Test func trailersHaveNoPseudoFields() {
    #expect(HeaderRules.isTrailers(HPACKHeaders([("x-sum", "1")])) && HeaderRules.isTrailers([:]))
    #expect(!HeaderRules.isTrailers(HPACKHeaders([(":method", "GET")])))
    #expect(!HeaderRules.isTrailers(HPACKHeaders([("X-Sum", "1")])))
  }
}

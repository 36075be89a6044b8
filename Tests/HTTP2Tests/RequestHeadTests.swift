import Front
import NIOHPACK
import Testing

@testable import HTTP2

@Suite struct RequestHeadTests {
  private typealias Fields = [(String, String)]

  private static let get: Fields = [
    (":method", "GET"), (":scheme", "http"), (":path", "/a?b=1"), (":authority", "a.b:80"),
  ]

  private func head(
    _ fields: Fields, isComplete: Bool = true, maxBytes: Int = 64 * 1024
  ) throws(RequestFault) -> RequestHead {
    try RequestHead(HPACKHeaders(fields), isComplete: isComplete, maxBytes: maxBytes)
  }

  private func with(_ name: String, _ value: String) -> Fields {
    Self.get.map { $0.0 == name ? (name, value) : $0 }
  }

  @Test func pseudoHeaderFieldsAreThoseOfAHead() throws {
    let head = try head(Self.get + [("x-a", "1"), ("x-a", "2")])
    #expect(head.method == "GET" && head.target == "/a?b=1" && head.host == "a.b:80" && head.version == .http2)
    #expect(head.headers.map(\.name) == ["host", "x-a", "x-a"] && head.headers["host"] == ["a.b:80"])
    #expect(head.keepsAlive && !head.expectsContinue && head.via == nil)
    #expect(head.bodyLength == .none)
  }

  @Test func theBodyIsAsLongAsItSays() throws {
    #expect(try head(Self.get, isComplete: false).bodyLength == .unknown)
    #expect(try head(Self.get + [("content-length", "12")], isComplete: false).bodyLength == .known(12))
    #expect(try head(Self.get + [("content-length", "0")]).bodyLength == .none)
    let wrong = ["", "-1", "+1", "1 ", "1,1", "0x1", "99999999999999999999", "9223372036854775807"]
    for value in wrong {
      #expect(throws: RequestFault.self, "\(value)") { try head(Self.get + [("content-length", value)]) }
    }
    #expect(throws: RequestFault.self) { try head(Self.get + [("content-length", "1"), ("content-length", "1")]) }
  }

  @Test func crumbsOfCookiesAreJoined() throws {
    let head = try head(Self.get + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")])
    #expect(head.headers["cookie"] == ["a=1; b=2; c=3"])
    #expect(head.headers.map(\.name) == ["host", "cookie", "x"])
  }

  @Test func crumbsThatAreEmptySayNothing() throws {
    for crumbs in [["a=1", ""], ["", "a=1"], ["", "a=1", "", ""]] {
      #expect(try head(Self.get + crumbs.map { ("cookie", $0) }).headers["cookie"] == ["a=1"], "\(crumbs)")
    }
    #expect(try head(Self.get + [("cookie", ""), ("cookie", "")]).headers["cookie"] == [""])
  }

  @Test func theHostIsOne() throws {
    let bare = Self.get.filter { $0.0 != ":authority" }
    #expect(try head(bare + [("host", "x.y")]).host == "x.y")
    let both = try head(Self.get + [("host", "A.B:80")])
    #expect(both.host == "a.b:80" && both.headers["host"] == ["a.b:80"])
    for fields in [
      bare, Self.get + [("host", "other")], bare + [("host", "a"), ("host", "a")], with(":authority", ""),
      with(":authority", "user@a.b"), with(":authority", "a b"), with(":authority", "a/b"), bare + [("host", "")],
    ] {
      #expect(throws: RequestFault.self, "\(fields)") { try head(fields) }
    }
  }

  @Test func onlyAPathIsATarget() throws {
    for path in ["", "a", "http://a/", "/a b", "/a#b", "/a\u{7F}", "/a\t", "*", "/\u{FFFD}"] {
      #expect(throws: RequestFault.self, "\(path)") { try head(with(":path", path)) }
    }
    let options: Fields = [(":method", "OPTIONS"), (":scheme", "http"), (":path", "*"), (":authority", "a")]
    #expect(try head(options).target == "*")
  }

  @Test func methodsAreTokensAndNoTunnels() throws {
    let connect: Fields = [(":method", "CONNECT"), (":authority", "a:443")]
    for (fields, status) in [
      (with(":method", "TRACE"), 405), (connect, 405), (with(":method", ""), 400), (with(":method", "G T"), 400),
    ] {
      #expect { try head(fields) } throws: { ($0 as? RequestFault)?.status == status }
    }
    #expect(try head(with(":method", "get")).method == "get")
  }

  @Test func valuesAreWhatAHeadMayHave() throws {
    for name in ["x-a", "cookie"] {
      for value in ["a\u{1}b", "a\rb", "a\nb", "a\0b", "\u{7F}", " a", "a ", "\ta", "a\t", " "] {
        #expect(throws: RequestFault.self, "\(name): \(value)") { try head(Self.get + [(name, value)]) }
      }
      for value in ["", "a b", "a\tb", "é"] { #expect(try head(Self.get + [(name, value)]).headers[name] == [value]) }
    }
  }

  @Test func moreFieldsThanAreTakenAreA431() throws {
    let many: Fields = (0..<256).map { ("x-\($0)", "") }
    #expect(try head(Self.get + many).headers.count == 257)
    #expect { try head(Self.get + many + [("y", "")]) } throws: { ($0 as? RequestFault)?.status == 431 }
  }

  @Test func aSectionThatIsTooLongIsA431() throws {
    let bytes = Self.get.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
    #expect(try head(Self.get, maxBytes: bytes).method == "GET")
    #expect { try head(Self.get, maxBytes: bytes - 1) } throws: { ($0 as? RequestFault)?.status == 431 }
  }

  @Test func expectationsTEAndLoops() throws {
    #expect(try head(Self.get + [("expect", "100-Continue")], isComplete: false).expectsContinue)
    #expect { try head(Self.get + [("expect", "x")]) } throws: { ($0 as? RequestFault)?.status == 417 }
    #expect(try head(Self.get + [("te", "Trailers")]).headers["te"] == ["Trailers"])
    #expect(throws: RequestFault.self) { try head(Self.get + [("te", "gzip")]) }
    #expect(try head(Self.get + [("via", "1.1 a"), ("via", "2.0 b")]).via == "1.1 a, 2.0 b")
  }
}

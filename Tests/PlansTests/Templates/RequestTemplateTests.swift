import JSONText
import Testing

@testable import Plans

@Suite struct RequestTemplateTests {
  private func target(_ text: String, _ json: String = "{}", rest: String? = nil) throws -> String {
    try RequestTemplate.compile(RequestLine("GET b \(text)"), backend: 0, rest: rest).target(scope(json))
  }

  private func reason(_ text: String, _ json: String, rest: String? = nil) throws -> RenderFailure.Reason? {
    let template = try RequestTemplate.compile(RequestLine("GET b \(text)"), backend: 0, rest: rest)
    let scope = try scope(json)
    do throws(RenderFailure) {
      _ = try template.target(scope)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func lineIsTakenApart() throws {
    let template = try RequestTemplate.compile(RequestLine("POST  users\n/users?x=1 "), backend: 1)
    #expect(template.method == "POST")
    #expect(template.backend == 1)
    #expect(template.hasQuery)
    #expect(template.constant == "/users?x=1")
    let proxy = try RequestTemplate.compile(
      RequestLine("users /a/${path.rest}", hasMethod: false), backend: 0, rest: "rest")
    #expect(proxy.method.isEmpty)
    #expect(!proxy.hasQuery)
    #expect(proxy.references.map(\.path) == [["path", "rest"]])
  }

  @Test(arguments: [
    ("/", "/"), ("/a/", "/a/"), ("/a//b", "/a//b"), ("/a?", "/a"), ("/a?b", "/a?b"),
    ("/a?b=&c&&d=1=2", "/a?b=&c&&d=1=2"),
    ("/ä%20b/%2f%zz", "/%C3%A4%20b/%2f%25zz"), ("/a;b=c,d/:x@y", "/a;b=c,d/:x@y"),
    ("/a?q=ü+1&r=/?", "/a?q=%C3%BC+1&r=/?"),
    ("/$${x}", "/$%7Bx%7D"), ("/${'a/b'}", "/a%2Fb"), ("/x?y=${'1&2'}", "/x?y=1%262"),
  ])
  func literalsAreEncodedOnce(_ text: String, _ expected: String) throws {
    #expect(try target(text) == expected)
    #expect(try RequestTemplate.compile(RequestLine("GET b \(text)"), backend: 0).constant == expected)
  }

  @Test(arguments: [
    (#""42""#, "/users/42/x"), ("42", "/users/42/x"), ("1.10", "/users/1.10/x"), ("true", "/users/true/x"),
    (#""a/b\\c""#, "/users/a%2Fb%5Cc/x"), (#""a b?c#d&e=f;g%41+""#, "/users/a%20b%3Fc%23d%26e%3Df%3Bg%2541%2B/x"),
    (#""é\u00e9""#, "/users/%C3%A9%C3%A9/x"), (#""...""#, "/users/.../x"), (#"".a""#, "/users/.a/x"),
    (#"[1,"a"]"#, "/users/%5B1%2C%22a%22%5D/x"), (#""%2e%2e""#, "/users/%252e%252e/x"),
  ])
  func aValueStaysInItsSegment(_ value: String, _ expected: String) throws {
    #expect(try target("/users/${id}/x", "{\"id\":\(value)}") == expected)
  }

  @Test(arguments: [
    ("/${id}", "null", RenderFailure.Reason.emptySegment), ("/a-${id}", "null", .emptySegment),
    ("/a-${id}", #""""#, .emptySegment), ("/${id}/b", #"".""#, .dotSegment), ("/${id}", #""..""#, .dotSegment),
    ("/.${id}", #"".""#, .dotSegment), ("/%2e${id}", #"".""#, .dotSegment), ("/${id}", #""../a""#, .dotSegment),
    ("/${id}", #""a\\..""#, .dotSegment), ("/${length(id)}", "5", .expression),
  ])
  func whatCantBeASegmentIsRefused(_ text: String, _ value: String, _ expected: RenderFailure.Reason) throws {
    #expect(try reason(text, "{\"id\":\(value)}") == expected)
  }

  @Test(arguments: [
    ("a/b", "/p/a/b"), ("", "/p"), ("/", "/p//"), ("a/", "/p/a/"), ("a//b", "/p/a//b"), ("a%2Fb%41", "/p/a%2Fb%41"),
    ("a b?c#d%", "/p/a%20b%3Fc%23d%25"), ("a;b=1,2:@", "/p/a;b=1,2:@"), ("a\\b", "/p/a%5Cb"), ("...", "/p/..."),
  ])
  func aRestKeepsItsSlashesAndEscapes(_ rest: String, _ expected: String) throws {
    let json = JSONValue.object(
      {
        var object = JSONObject()
        object.append("path", ["rest": .string(rest)])
        return object
      }())
    #expect(try target("/p/${path.rest}", json.jsonText, rest: "rest") == expected)
  }

  @Test(arguments: ["..", "a/../b", "a/%2e%2E", "..%2fa", "a%5c..", ".", "a/./b", "a\\..", "..;x", "a/%2E.;/b"])
  func aRestWithDotSegmentsIsRefused(_ rest: String) throws {
    let json = JSONValue.object(
      {
        var object = JSONObject()
        object.append("path", ["rest": .string(rest)])
        return object
      }())
    #expect(try reason("/p/${path.rest}", json.jsonText, rest: "rest") == .dotSegment)
  }

  @Test func anEmptyRestAddsNothing() throws {
    let json = #"{"path":{"rest":""}}"#
    #expect(try target("/${path.rest}", json, rest: "rest") == "/")
    #expect(try target("/a/${path.rest}/b", json, rest: "rest") == "/a/b")
    #expect(try target("/a/x${path.rest}?q=1", json, rest: "rest") == "/a/x?q=1")
    #expect(try target("/a/?r=${path.rest}", json, rest: "rest") == "/a/?r=")
  }

  @Test(arguments: [
    ("/${path.rest}", "/"), ("/p/${path.rest}", "/p/"), ("/p/${path.rest}?q=1", "/p/?q=1"),
    ("/p/${path.rest}/b", "/p/b"), ("/p/x${path.rest}", "/p/x"),
  ])
  func anEmptyRestLeavesTheSlashThatWasSent(_ text: String, _ expected: String) throws {
    var sent = try scope(#"{"path":{"rest":""}}"#)
    sent.pathEndsInSlash = true
    let template = try RequestTemplate.compile(RequestLine("GET b \(text)"), backend: 0, rest: "rest")
    #expect(try template.target(sent) == expected)
  }

  @Test func aRestElsewhereIsAValueLikeAnyOther() throws {
    #expect(try target("/a?r=${path.rest}", #"{"path":{"rest":"a/b%20"}}"#, rest: "rest") == "/a?r=a%2Fb%2520")
    #expect(try target("/a/${upper(path.rest)}", #"{"path":{"rest":"a/b"}}"#, rest: "rest") == "/a/A%2FB")
  }

  @Test(arguments: [
    (#"{"x":1,"y":"a b"}"#, "/s?x=1&k=2&y=a%20b&m=<a%20b>"), (#"{"y":""}"#, "/s?k=2&y=&m=<>"),
    (#"{"x":null,"y":"a&b=c+d"}"#, "/s?k=2&y=a%26b%3Dc%2Bd&m=<a%26b%3Dc%2Bd>"), ("{}", "/s?k=2&m=<>"),
  ])
  func nullLeavesAParameterOut(_ json: String, _ expected: String) throws {
    let angle = expected.replacing("<", with: "%3C").replacing(">", with: "%3E")
    #expect(try target("/s?x=${x}&k=2&y=${y}&m=<${y}>", json) == angle)
  }

  @Test func withoutAnyParameterThereIsNoQuestionMark() throws {
    #expect(try target("/s?x=${x}&y=${y}") == "/s")
    #expect(try target("/s?x=${x}&y=${y}", #"{"y":1}"#) == "/s?y=1")
  }

  @Test func aTargetHasABound() throws {
    let long = String(repeating: "a", count: RequestTemplate.maxTargetBytes)
    #expect(try reason("/s?x=${x}", "{\"x\":\"\(long)\"}") == .tooLong)
  }

  @Test func aFailureTellsWhatWasRead() throws {
    let template = try RequestTemplate.compile(RequestLine("GET b /a/${path.id}/${user.id}"), backend: 0)
    let scope = try scope(#"{"path":{"id":"1"},"user":null}"#)
    do throws(RenderFailure) {
      _ = try template.target(scope)
      Issue.record("it rendered")
    } catch {
      #expect(error.reads == [["user", "id"]])
      #expect(!error.isOfRequestOnly)
      #expect(error.message == "${user.id}: empty path segment")
    }
    #expect(RenderFailure(.expression, reads: [["query", "a"], ["headers"]]).isOfRequestOnly)
    #expect(!RenderFailure(.expression).isOfRequestOnly)
  }
}

import Messages
import TestSockets
import Testing

@testable import Transfers

/// How fields become nodes of libcurl's list.
@Suite(.ownThreads) struct HeaderLinesTests {
  private func nodes(_ fields: [HeaderField], host: String? = "Host: h") -> [String]? {
    var lines = HeaderLines()
    guard var node = lines.link(fields, hostLine: host, before: .none) else { return nil }
    var texts: [String] = []
    while let data = node.pointee.data {
      texts.append(String(cString: data))
      guard let next = node.pointee.next else { break }
      node = next
    }
    return texts.filter { !["Accept:", "Expect:", "Content-Type:"].contains($0) }
  }

  @Test func fieldsThatLibcurlNeverAsksAboutShareANode() {
    let fields = [
      HeaderField("X-A", "1"), HeaderField("Via", "2"), HeaderField("Authorization", "3"), HeaderField("X-B", "4"),
      HeaderField("X-C", "5"), HeaderField("traceparent", "6"),
    ]
    #expect(nodes(fields) == ["X-A: 1\r\nVia: 2", "Authorization: 3", "X-B: 4\r\nX-C: 5\r\ntraceparent: 6", "Host: h"])
  }

  @Test(arguments: [
    "Host", "user-agent", "ACCEPT", "Accept-Encoding", "TE", "Content-Type", "Connection", "Referer", "Range",
    "Content-Range", "Date", "Authorization", "Cookie", "Upgrade", "Proxy-Connection", "Trailer", "If-Modified-Since",
  ]) func fieldsThatItLooksForStandAlone(name: String) {
    let fields = [HeaderField("X-A", "1"), HeaderField(name, "v"), HeaderField("X-B", "2")]
    #expect(nodes(fields, host: nil) == ["X-A: 1", "\(name): v", "X-B: 2"])
  }

  @Test func blankValuesAndTheHostKeepTheirForms() {
    #expect(nodes([HeaderField("X-A", " "), HeaderField("X-B", "1")]) == ["X-A;", "X-B: 1", "Host: h"])
    #expect(nodes([HeaderField("host", "mine")]) == ["host: mine"])
    #expect(nodes([]) == ["Host: h"])
  }

  @Test func whatCouldBeginALineIsRefused() {
    #expect(nodes([HeaderField("X-A", "1"), HeaderField("X-B", "a\r\nX-C: 2")]) == nil)
    #expect(nodes([HeaderField("X-A", "1"), HeaderField("X-B\r\nX-C", "2")]) == nil)
    #expect(nodes([HeaderField("X-A", "a\nb")]) == nil)
  }
}

import JSONText
import NIOCore
import NIOHTTP1
import Plans

@testable import Front
@testable import HTTP1
@testable import Proxying

/// Bytes of a client: read the same however they are cut, a head without anything that another reader could take for
/// two, a path that goes to a backend as the path that it is.
enum RequestTarget {
  static func run(_ bytes: [UInt8]) {
    checkParser(bytes)
    let (path, headers) = bytes.parts
    checkPath(path)
    checkInputs(path, headers ?? path)
  }

  // MARK: Messages

  private static func checkParser(_ bytes: [UInt8]) {
    let whole = transcript(bytes, step: bytes.count)
    hold(transcript(bytes, step: 1) == whole, "byte by byte it is another request")
    hold(transcript(bytes, step: 7) == whole, "in pieces it is another request")
  }

  /// What was understood: heads, bodies, and how it ended.
  private static func transcript(_ bytes: [UInt8], step: Int) -> [String] {
    var parser = RequestParser(maxHeadBytes: 1024)
    var buffer = ByteBuffer()
    var seen: [String] = []
    var body: [UInt8]?
    var rest = bytes[...]
    do throws(RequestFault) {
      while !rest.isEmpty {
        buffer.writeBytes(rest.prefix(step))
        rest = rest.dropFirst(step)
        while true {
          if body != nil {
            switch try parser.nextBody(&buffer) {
            case .bytes(let more):
              body?.append(contentsOf: more.readableBytesView)
              continue
            case .end:
              seen.append("body \(body ?? [])")
              body = nil
              continue
            case .needsMore: break
            }
          } else if let head = try parser.nextHead(&buffer) {
            check(head)
            seen.append("\(head.method) \(head.target) \(head.host) \(head.bodyLength) \(head.headers) \(head.opaque)")
            body = []
            continue
          }
          break
        }
      }
      seen.append("unfinished \(body ?? [])")
    } catch {
      // How far the unfinished body has come depends on the cut.
      seen.append("\(error.status)")
    }
    return seen
  }

  static func check(_ head: RequestHead) {
    let isClean: (String) -> Bool = { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 } }
    hold(isClean(head.target) && !head.target.utf8.contains(0x20), "a target with a space or a control character")
    hold(head.target == "*" || head.target.utf8.first == UInt8(ascii: "/"), "a target that is no path")
    hold(!head.method.isEmpty && head.method.utf8.allSatisfy(HeadSyntax.isToken), "a method that is none")
    var framings = 0
    for (name, value) in head.headers {
      hold(!name.isEmpty && name.utf8.allSatisfy(HeadSyntax.isToken) && isClean(value), "a header that is several")
      hold(value.utf8.first != 0x20 && value.utf8.last != 0x20, "a value with blanks around it")
      if ["content-length", "transfer-encoding"].contains(name.lowercased()) { framings += 1 }
    }
    hold(framings <= 1, "a body with two ends")
    hold(head.headers["host"].count <= 1, "two hosts")
    _ = HopByHop(connection: head.headers["connection"])
  }

  // MARK: Paths

  private static let router = Router([
    Router.Entry(.only(["GET"]), PathPattern(segments: [.literal("u"), .parameter("id"), .literal("x")])),
    Router.Entry(.any, PathPattern(segments: [.literal("r"), .rest("rest")])),
    Router.Entry(.only(["POST"]), PathPattern(segments: [.literal("é"), .literal("")]), hosts: ["*.a.example", "b"]),
    Router.Entry(.only(["GET"]), PathPattern(segments: [.parameter("a"), .parameter("b")])),
  ])
  private static let user = template("/users/${path.id}/x?q=${path.id}")
  private static let rest = template("/files/${path.rest}")

  private static func template(_ target: String) -> RequestTemplate? {
    try? RequestTemplate.compile(RequestLine("GET b \(target)"), backend: 0, rest: "rest")
  }

  private static func checkPath(_ bytes: [UInt8]) {
    let path = Array(bytes.prefix { $0 != UInt8(ascii: "?") && $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") })
    // The request line is checked first: raw bytes are UTF-8 by themselves, without the escapes behind them.
    guard String(validating: path, as: UTF8.self) != nil else { return }
    for candidate in [path, Array("/u/".utf8) + path + Array("/x".utf8), Array("/r/".utf8) + path] {
      candidate.withUnsafeBufferPointer { route($0, candidate) }
    }
  }

  private static func route(_ path: UnsafeBufferPointer<UInt8>, _ bytes: [UInt8]) {
    let match = router.match(host: "c.a.example:80", method: "GET", path: path)
    hold((match == .badPath) != PathOracle.isGood(bytes), "the rule for paths says otherwise")
    guard case .route(let index) = match else { return }
    var members = JSONObject()
    for capture in router.captures(route: index, path: path) { members.append(capture.name, .string(capture.value)) }
    var root = JSONObject()
    root.append("path", .object(members))
    let scope = Scope(root)
    if index == 0, let id = members["id"]?.string {
      let sent = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[2]
      hold(PathOracle.decoded(sent) == Array(id.utf8), "a capture is not what was sent")
      guard let target = try? user?.target(scope) else { return }
      let pieces = target.split(separator: "?", omittingEmptySubsequences: false)
      let segments = pieces[0].split(separator: "/", omittingEmptySubsequences: false)
      hold(segments.count == 4 && pieces.count == 2, "a value moved the path: \(target)")
      hold(PathOracle.decoded(segments[2].utf8) == Array(id.utf8), "a value changed: \(target)")
      hold(pieces[1].hasPrefix("q=") && !pieces[1].contains("&"), "a value moved the query: \(target)")
    } else if index == 1 {
      guard let target = try? rest?.target(scope) else { return hold(false, "a rest that is refused late") }
      hold(target.hasPrefix("/files") && PathOracle.isGood(Array(target.utf8)), "a rest moved the path: \(target)")
      let rest = bytes.dropFirst("/r/".utf8.count)
      hold(target == "/files" || !rest.isEmpty, "an empty rest adds something: \(target)")
      let sent = PathOracle.decoded(target.utf8.dropFirst("/files/".utf8.count))
      hold(sent == PathOracle.decoded(rest), "a rest changed: \(target)")
    }
  }

  // MARK: Inputs

  private static func checkInputs(_ query: [UInt8], _ lines: [UInt8]) {
    let text = String(decoding: query, as: UTF8.self)
    var count = 0
    FormQuery.forEach(in: text, from: 0) { _, _ in count += 1 }
    hold(count == text.utf8.split(separator: UInt8(ascii: "&")).count, "\(count) parameters")
    let value = String(decoding: lines.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    var cookies = 0
    Cookies.forEach(HTTPHeaders([("cookie", value)])) { _, _ in cookies += 1 }
    hold(cookies <= value.utf8.split(separator: UInt8(ascii: ";")).count, "more cookies than were sent")
    checkForwarding(value)
  }

  /// Behind a trusted proxy that appends what it sees, nothing that the client wrote before changes who it is.
  private static func checkForwarding(_ value: String) {
    guard value.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else { return }
    let trusted = TrustedProxies(["10.0.0.0/8"])
    let chain = ForwardingChain(
      HTTPHeaders([("X-Forwarded-For", value + ", 203.0.113.9"), ("Forwarded", value), ("X-Forwarded-Host", "a")]),
      trusted)
    hold(chain.client == "203.0.113.9" && chain.host == "a" && chain.scheme == nil, "a client hid its address")
    _ = ForwardingChain(HTTPHeaders([("Forwarded", value), ("Forwarded", "for=\"203.0.113.9:1\"")]), trusted)
  }
}

import Foundation
import Testing

@testable import Firewall

/// The real core rules, and the real library.
@Suite struct RuleSetTests {
  private static let sets = RuleSets()

  static func core(_ change: (inout RuleSettings) -> Void = { _ in }) throws -> RuleSet {
    var settings = RuleSettings([.core])
    change(&settings)
    return try sets.set(settings)
  }

  static func request(
    _ target: String, method: String = "GET", _ fields: [(name: String, value: String)] = [], body: String? = nil
  ) -> InspectedRequest {
    let usual = [("Host", "shop.example"), ("User-Agent", "curl/8"), ("Accept", "*/*")]
    let length = body.map { [("Content-Length", "\($0.utf8.count)")] } ?? []
    return InspectedRequest(
      method: method, target: target, client: "192.0.2.1", id: "r1",
      fields: (usual + length + fields).map { ($0.0, Array($0.1.utf8)) },
      body: body.map { Array($0.utf8) })
  }

  private static let json = [(name: "Content-Type", value: "application/json")]

  @Test(arguments: [
    ("/a?q=1%27%20or%20%271%27%3D%271", 942100), ("/a?q=<script>alert(1)</script>", 941100),
    ("/a?f=../../../etc/passwd", 930100), ("/a?c=;cat%20/etc/passwd", 930120),
  ])
  func attacksInTheQueryAreRefused(_ target: String, _ rule: Int) throws {
    let verdict = try Self.core().inspect(Self.request(target))
    guard case .refused(403, let findings) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(findings.shown.contains { $0.id == rule }, "\(findings)")
    #expect(findings.shown.last?.id == 949110 || findings.omitted > 0, "\(findings)")
    #expect(!findings.description.contains("passwd") && !findings.description.contains("script>"))
  }

  @Test(arguments: ["<script>alert(1)</script>", "1' or '1'='1", "../../etc/passwd"])
  func attacksInHeadersAndBodiesAreRefused(_ value: String) throws {
    let rules = try Self.core()
    let inJSON = Self.request("/a", method: "POST", Self.json, body: #"{"a":{"b":["x","\#(value)"]}}"#)
    let inForm = Self.request(
      "/a", method: "POST", [("Content-Type", "application/x-www-form-urlencoded")], body: "a=\(value)")
    let inCookie = Self.request("/a", [("Cookie", "a=\(value)")])
    for request in [inJSON, inForm, inCookie] {
      guard case .refused(403, _) = rules.inspect(request) else {
        Issue.record("\(request)")
        continue
      }
    }
  }

  @Test(arguments: ["GET", "PUT", "PATCH", "DELETE"])
  func whatIsUsualPasses(_ method: String) throws {
    let rules = try Self.core()
    let order = #"{"name":"Müller & Söhne","tags":["a",1,null],"text":"Is 5 > 3? Yes, it's so."}"#
    let body = method == "GET" ? nil : order
    let request = Self.request("/shop/items/42?page=2&sort=-price", method: method, Self.json, body: body)
    #expect(rules.inspect(request) == .passed)
  }

  @Test func aBodyThatIsNotWhatItSaysIsABadRequest() throws {
    let rules = try Self.core()
    for (type, body) in [("application/json", #"{"a":"#), ("application/problem+json", "{"), ("text/xml", "<a>")] {
      let verdict = rules.inspect(Self.request("/a", method: "POST", [("Content-Type", type)], body: body))
      guard case .refused(400, let findings) = verdict else {
        Issue.record("\(type): \(verdict)")
        continue
      }
      #expect(findings.shown.map(\.id).contains(90003))
    }
  }

  /// A rule may look for bytes that are no text: what a lossy text would have in their place is something else.
  @Test func valuesAreInspectedAsTheyCame() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "bytes-\(UUID()).conf").path
    try Data(#"SecRule REQUEST_HEADERS:X-Odd "@rx \xfe$" "id:1,phase:1,deny""#.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rules = try Self.sets.set(RuleSettings([.file(path)]))
    var request = Self.request("/a")
    for (value, passes): ([UInt8], Bool) in [
      ([0x61, 0xFE], false), ([0xEF, 0xBF, 0xBD], true), ([0xFE, 0x61], true),
    ] {
      request.fields.append(("X-Odd", value))
      #expect((rules.inspect(request) == .passed) == passes)
      request.fields.removeLast()
    }
  }

  @Test func excludedRulesDoNotCount() throws {
    let request = Self.request("/a?q=1%27%20or%20%271%27%3D%271")
    guard case .refused(_, let findings) = try Self.core().inspect(request) else {
      Issue.record("passed")
      return
    }
    let ids = findings.shown.map(\.id).filter { $0 < 949_000 }
    let verdict = try Self.core { $0.exclude = ids }.inspect(request)
    #expect(verdict == .passed)
  }

  /// What only the second level takes for an attack.
  @Test func paranoiaFindsMore() throws {
    let request = Self.request("/a?q=fish%20%26%26%20chips")
    let second = try Self.core { $0.paranoia = 2 }
    #expect(try Self.core().inspect(request) == .passed)
    #expect(second.inspect(request) != .passed)
  }

  /// The time of some rules grows with the square of it.
  @Test func whatTakesTooLongIsRefusedBefore() throws {
    let rules = try Self.core()
    func verdict(_ body: String) -> Verdict {
      rules.inspect(Self.request("/a", method: "POST", Self.json, body: body))
    }
    let pattern = "(<a '=- "
    let long = String(repeating: pattern, count: RuleSettings.longestValue / pattern.utf8.count + 1)
    for (body, rule) in [
      (#"{"a":"\#(long)"}"#, 90006), ("[" + String(repeating: "1,", count: RuleSettings.mostValues) + "1]", 90003),
    ] {
      guard case .refused(_, let findings) = verdict(body) else {
        Issue.record("it passed")
        continue
      }
      #expect(findings.shown.map(\.id) == [rule])
    }
    let query = "/a?" + String(repeating: "a=1&", count: RuleSettings.mostValues + 1)
    guard case .refused(403, let findings) = rules.inspect(Self.request(query)) else {
      Issue.record("it passed")
      return
    }
    #expect(findings.shown.map(\.id) == [90005])
  }

  @Test func theSameIsCompiledOnce() throws {
    let first = try Self.core()
    #expect(try Self.core() === first)
    #expect(try Self.core { $0.exclude = [920350] } !== first)
  }

  /// Transactions of several threads share the rules.
  @Test func manyAtOnce() async throws {
    let rules = try Self.core()
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        let isAttack = index.isMultiple(of: 2)
        let request = Self.request(isAttack ? "/a?q=<script>alert(\(index))</script>" : "/a?q=\(index)")
        group.addTask { (rules.inspect(request) != .passed) == isAttack }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}

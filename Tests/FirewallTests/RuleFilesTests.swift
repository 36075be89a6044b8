import Foundation
import Testing

@testable import Firewall

/// Rules of one's own, and what is wrong with them.
@Suite struct RuleFilesTests {
  /// Removed with the test.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
      try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
      return "\(path)/\(name)"
    }
  }

  private static let teapot =
    #"SecRule ARGS:drink "@streq coffee" "id:1,phase:1,deny,status:418,msg:'no coffee'""# + "\n"

  private func verdict(_ path: String, _ target: String) throws -> Verdict {
    try RuleSets().set(RuleSettings([.file(path)])).inspect(RuleSetTests.request(target))
  }

  @Test func aRuleOfOnesOwnAnswersAsItSays() throws {
    let folder = try Folder()
    let path = try folder.write(Self.teapot, to: "a.conf")
    guard case .refused(418, let findings) = try verdict(path, "/?drink=coffee") else {
      Issue.record("it passed")
      return
    }
    #expect(findings.description == "1: no coffee")
    let other = try verdict(path, "/?drink=tea")
    #expect(other == .passed)
  }

  /// A status that is no refusal, or none at all, is 403.
  @Test func whatLeadsElsewhereIsRefused() throws {
    let folder = try Folder()
    let path = try folder.write(
      #"SecRule ARGS:a "@streq 1" "id:1,phase:1,redirect:http://elsewhere.example/,msg:'away'""# + "\n", to: "a.conf")
    guard case .refused(403, _) = try verdict(path, "/?a=1") else {
      Issue.record("it was not refused")
      return
    }
  }

  /// What is done is said by the definition, not by files that were made for another server.
  @Test func enginesAreOn() throws {
    let folder = try Folder()
    let path = try folder.write(
      "SecRuleEngine DetectionOnly\nSecAuditEngine On\nSecAuditLog \(folder.path)/audit\n" + Self.teapot, to: "a.conf")
    let found = try verdict(path, "/?drink=coffee")
    #expect(found != .passed)
    let audit = (try? String(contentsOfFile: "\(folder.path)/audit", encoding: .utf8)) ?? ""
    #expect(audit.isEmpty)
  }

  @Test func whatIsWrongIsSaidInTheLibrarysWords() throws {
    let folder = try Folder()
    let path = try folder.write("\nSecFoo 1\n", to: "bad.conf")
    let fault = #expect(throws: RuleFault.self) { try RuleSets().set(RuleSettings([.file(path)])) }
    #expect(fault?.message.contains("\(path). Line: 2. Column: 9. Invalid input:") == true, "\(fault?.message ?? "")")
  }

  @Test func whatIsMissingIsSaidWithWhatToInstall() throws {
    let none = ModSecurity.load("libmodsecurity-of-nobody.so")
    let noLibrary = #expect(throws: RuleFault.self) { try RuleSets().set(RuleSettings([.core]), library: none) }
    #expect(noLibrary?.message.contains("libmodsecurity-of-nobody.so") == true)
    #expect(noLibrary?.hint == "install `libmodsecurity3`")
    var core = RuleFiles.Core()
    core.rules = "/nowhere"
    let noRules = #expect(throws: RuleFault.self) { try RuleSets().set(RuleSettings([.core]), core: core) }
    #expect(noRules?.hint == "install `modsecurity-crs`")
  }

  /// Also where only a file has changed that another includes, or takes words from.
  @Test func whatChangedIsCompiledAnew() throws {
    let folder = try Folder()
    try folder.write("coffee\n", to: "words.data")
    try folder.write(
      #"SecRule ARGS:drink "@pmFromFile words.data" "id:2,phase:1,deny,msg:'not that'""# + "\n", to: "b.conf")
    let path = try folder.write("# first\nInclude \(folder.path)/b*.conf\n", to: "a.conf")
    let sets = RuleSets()
    let settings = RuleSettings([.file(path)])
    let first = try sets.set(settings)
    #expect(try sets.set(settings) === first)
    #expect(first.inspect(RuleSetTests.request("/?drink=coffee")) != .passed)
    #expect(first.inspect(RuleSetTests.request("/?drink=tea")) == .passed)
    try folder.write("tea\n", to: "words.data")
    let second = try sets.set(settings)
    #expect(second !== first)
    #expect(second.inspect(RuleSetTests.request("/?drink=tea")) != .passed)
    #expect(second.files.digests.count == 3)
  }
}

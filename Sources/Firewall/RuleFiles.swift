import Foundation
import Hashing
import NamedFiles

/// The files that a set of rules is made of: in which order, and what is in them. A value.
package struct RuleFiles: Hashable, Sendable {
  /// Those that are read, in their order.
  private(set) var paths: [String] = []
  /// Of each file that has a part in it, those that others include or take words from among them: a hash of its content.
  package private(set) var digests: [String: String] = [:]

  /// Where Debian has the core rules.
  package struct Core: Sendable {
    package var setup = "/etc/modsecurity/crs"
    package var rules = "/usr/share/modsecurity-crs/rules"

    package init() {}
  }

  /// In bytes, of all files together; the core rules have 1 MB.
  static let mostBytes = 32 << 20
  static let mostFiles = 1000

  private var bytes = 0

  package init(_ settings: RuleSettings, core: Core) throws(RuleFault) {
    for source in settings.sources {
      switch source {
      case .file(let path): try read(path)
      case .core: try read(core)
      }
    }
  }

  /// Without those of answers, which nobody inspects.
  private mutating func read(_ core: Core) throws(RuleFault) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: core.rules)) ?? []
    let rules = names.filter { $0.hasSuffix(".conf") && !$0.hasPrefix("RESPONSE-") }.sorted()
    guard !rules.isEmpty, FileManager.default.isReadableFile(atPath: core.setup(.main)) else {
      throw RuleFault(
        "`rules: crs` needs the OWASP core rule set, which is not in \(core.rules) and \(core.setup)",
        hint: "install `modsecurity-crs`")
    }
    for path in [core.setup(.main), core.setup(.before)] + rules.map({ "\(core.rules)/\($0)" }) + [core.setup(.after)]
    where FileManager.default.isReadableFile(atPath: path) { try read(path) }
  }

  private mutating func read(_ path: String) throws(RuleFault) {
    paths.append(path)
    try note(path)
  }

  /// Follows what a file includes, or takes words from, as far as it is written out.
  private mutating func note(_ path: String) throws(RuleFault) {
    guard digests[path] == nil else { return }
    let content: [UInt8]
    do throws(NamedFileFault) {
      content = try NamedFile(path, atMost: Self.mostBytes).bytes
    } catch {
      throw RuleFault("\(path) \(error.words)")
    }
    bytes += content.count
    guard bytes <= Self.mostBytes, digests.count < Self.mostFiles else {
      throw RuleFault("the rules are more than \(Self.mostBytes >> 20)MiB, or \(Self.mostFiles) files")
    }
    digests[path] = Self.digest(content)
    let folder = (path as NSString).deletingLastPathComponent
    for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
      for word in Self.references(line) {
        for file in Self.matching(word.hasPrefix("/") ? word : "\(folder)/\(word)") { try note(file) }
      }
    }
  }

  private static func references(_ line: Substring) -> [String] {
    let line = line.drop { $0 == " " || $0 == "\t" }
    guard !line.hasPrefix("#") else { return [] }
    let words = line.split { $0 == " " || $0 == "\t" || $0 == "\"" }.map(String.init)
    if let first = words.first?.lowercased(), first == "include" { return Array(words.dropFirst()) }
    let readers = ["@pmfromfile", "@pmf", "@ipmatchfromfile", "@ipmatchf"]
    let reader = words.firstIndex { word in readers.contains { word.lowercased().hasSuffix($0) } }
    return reader.map { Array(words[($0 + 1)...]) } ?? []
  }

  /// The files that a pattern means; none where there is none.
  private static func matching(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    return paths.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }

  private static func digest(_ content: [UInt8]) -> String {
    var digest = Digest()
    content.withUnsafeBytes { digest.update($0) }
    let words = digest.words()
    return [words.0, words.1, words.2, words.3].map { String($0, radix: 16) }.joined(separator: "-")
  }
}

extension RuleFiles.Core {
  enum Setup: String {
    case main = "crs-setup.conf"
    case before = "REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf"
    case after = "RESPONSE-999-EXCLUSION-RULES-AFTER-CRS.conf"
  }

  func setup(_ file: Setup) -> String { "\(setup)/\(file.rawValue)" }
}

import CModSecurity
import Foundation

/// *Immutable*, so that all threads share it: `@unchecked Sendable`. Rules that are compiled.
package final class RuleSet: @unchecked Sendable {
  package let settings: RuleSettings
  package let files: RuleFiles
  let library: ModSecurity
  let handle: UnsafeMutableRawPointer

  /// Takes a quarter of a second for the core rules. Blocks.
  init(_ settings: RuleSettings, _ files: RuleFiles, by library: ModSecurity) throws(RuleFault) {
    guard let handle = library.calls.create_rules_set() else { throw RuleFault("libmodsecurity makes no set of rules") }
    self.settings = settings
    self.files = files
    self.library = library
    self.handle = handle
    try add(RuleSettings.before)
    let setups = Set([RuleFiles.Core.Setup.main, .before].map(\.rawValue))
    var isInSetup = false
    for path in files.paths {
      let isSetup = setups.contains((path as NSString).lastPathComponent)
      if isSetup && !isInSetup { try add(RuleSettings.beforeCore) }
      if !isSetup && isInSetup { try add(settings.afterSetup) }
      isInSetup = isSetup
      try check("of \(path)") { library.calls.rules_add_file(handle, path, &$0) }
    }
    if !settings.exclude.isEmpty { try add(settings.after) }
  }

  deinit { _ = library.calls.rules_cleanup(handle) }

  private func add(_ text: String) throws(RuleFault) {
    try check("that it is given") { library.calls.rules_add(handle, text, &$0) }
  }

  private func check(_ which: String, _ add: (inout UnsafeMutablePointer<CChar>?) -> Int32) throws(RuleFault) {
    var words: UnsafeMutablePointer<CChar>?
    let count = library.parse { add(&words) }
    guard count < 0 else { return }
    let text = words.map { String(cString: $0) } ?? "it does not say why"
    free(words)
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    // Of some files it knows a place in memory only.
    let said = line.replacing(#/ File: 0x[0-9a-f]+/#, with: "").prefix(Self.longestFault)
    throw RuleFault("libmodsecurity does not take the rules \(which): \(said)")
  }

  /// Of its words, in characters.
  private static let longestFault = 500
}

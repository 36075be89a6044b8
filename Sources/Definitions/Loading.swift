import Firewall
import Foundation
import JSONText
import NamedFiles
import Plans

/// What one load of a folder knows and has found wrong so far. Confined to the call of `DefinitionLoader.load`.
final class Loading {
  let environment: [String: String]
  /// Relative paths of secret files start here.
  let folder: String
  private var files: [String: SourceFile] = [:]
  private(set) var diagnostics: [Diagnostic] = []
  /// By their paths; of rules a hash stands for the text.
  private(set) var secrets: [String: String] = [:]
  /// By the places of their lists: all routes that have them by a default share them, as there may be ten thousand blocks.
  private var addressPlans: [[SourceLocation?]: AddressPlan] = [:]
  /// Paths of files that keys name.
  private var named: Set<String> = []
  /// Names of files of which nothing is ever shown.
  private var hidden: Set<String> = []
  /// The entries of files of keys, by their paths; `nil`: the file is wrong.
  private var keys: [String: [APIKeyEntry]?] = [:]
  /// Lines that no excerpt shows, by their files.
  private var concealed: [String: IndexSet] = [:]
  /// Where something names a backend, which is looked up once all are known.
  private(set) var backendNames: [YAMLNode] = []
  /// The gateway's counters outlive its process.
  var hasStateRedis = false
  /// Plans by which clients are limited; `nil` where a definition has none, or they are not known.
  var plans: ClientPlans?
  /// The definitions that a test is of: it may name nothing else. `nil`: they are not known.
  var tested: GatewayPlan?
  /// The definition has no `plans`, rather than wrong ones.
  var isWithoutPlans = true
  /// Those that could be compiled, and `nil` for those that could not, of which was told.
  private var ruleSets: [RuleSettings: RuleSet?] = [:]
  /// What backends say of themselves, by their names.
  var documents: [String: JSONValue] = [:]
  private var canonicalTexts: [SourceLocation: String] = [:]

  init(environment: [String: String], folder: String) {
    self.environment = environment
    self.folder = folder
  }

  func add(_ file: SourceFile) {
    files[file.name] = file
  }

  func noteSecret(_ text: String, of path: String) {
    secrets[path] = text
  }

  /// The plan of these two lists, made once.
  func addressPlan(_ allow: YAMLNode?, _ deny: YAMLNode?, _ make: () -> AddressPlan?) -> AddressPlan? {
    let place = [allow?.location, deny?.location]
    if let plan = addressPlans[place] { return plan }
    let plan = make()
    addressPlans[place] = plan
    return plan
  }

  /// The entries of a file of keys, read once.
  func keys(of path: String, _ read: () -> [APIKeyEntry]?) -> [APIKeyEntry]? {
    if let entries = keys[path] { return entries }
    let entries = read()
    keys.updateValue(entries, forKey: path)
    return entries
  }

  func noteName(of path: String) {
    named.insert(path)
  }

  /// Tells whether a file of the folder is one that a key names.
  func isNamed(_ file: String) -> Bool {
    let names = [file, path(file)].map { URL(filePath: $0).standardizedFileURL }
    return named.contains { names.contains(URL(filePath: $0).standardizedFileURL) }
  }

  /// Notes that a node, which is a name of a backend's, has to be one.
  func noteBackend(_ node: YAMLNode) {
    backendNames.append(node)
  }

  /// Keeps the lines of a secret that is written out from being shown, also by what was said of them already.
  func conceal(_ node: YAMLNode) {
    concealed[node.location.file, default: []].insert(integersIn: node.location.line...node.end.line)
    for index in diagnostics.indices where isConcealed(diagnostics[index].location) { diagnostics[index].excerpt = nil }
  }

  /// Keeps a secret from being shown that is written out, and one that stands where `file` should.
  func conceal(secret node: YAMLNode) {
    guard let pairs = node.pairs else { return conceal(node) }
    for pair in pairs where pair.key.text != "file" { conceal(pair.value) }
  }

  private func isConcealed(_ location: SourceLocation) -> Bool {
    concealed[location.file]?.contains(location.line) == true
  }

  /// A file as it can be shown later. Of what is hidden, and of what is no definition, nothing is kept.
  func source(_ file: SourceFile) -> DefinitionText {
    let name = file.name.hasPrefix(base) ? String(file.name.dropFirst(base.count)) : file.name
    guard files[file.name] != nil, !hidden.contains(file.name), !isNamed(file.name) else {
      return DefinitionText(name: name)
    }
    return DefinitionText(name: name, text: file.text, concealed: Set(concealed[file.name] ?? []))
  }

  /// What a key has of the file that it names; `nil` after reporting why it has nothing.
  func content<Value>(namedAt place: YAMLNode, _ read: () throws(NamedFileFault) -> Value) -> Value? {
    do throws(NamedFileFault) {
      return try read()
    } catch {
      let name = place.text ?? ""
      // What comes out of the environment is not shown.
      let shown = name.contains("${") ? "the value of `\(name)`" : "`\(name)`"
      let isRelative = error == .missing && !name.hasPrefix("/")
      report(
        place, "\(shown) \(error.words)", hint: isRelative ? "paths are relative to the folder of definitions" : nil)
      return nil
    }
  }

  // MARK: Files of which nothing is shown

  /// A file of secrets: what is said of it names places and members, and nothing that stands there.
  func hide(_ file: String) {
    hidden.insert(file)
  }

  func isHidden(_ node: YAMLNode) -> Bool { hidden.contains(node.location.file) }

  /// What was found, for messages.
  func kind(of node: YAMLNode) -> String {
    let isText = node.text.map { !$0.isEmpty && CoreSchema(node) != .null } == true
    return isText && isHidden(node) ? "a text" : node.kind
  }

  /// Rules by their settings, compiled once for all routes that have them; `nil` after reporting why there are none.
  func rules(_ settings: RuleSettings, at place: YAMLNode) -> RuleSet? {
    if let known = ruleSets[settings] { return known }
    do throws(RuleFault) {
      let set = try RuleSets.shared.set(settings)
      for (path, digest) in set.files.digests { noteSecret(digest, of: path) }
      ruleSets[settings] = .some(set)
      return set
    } catch {
      report(place, error.message.replacing("\(folder)/", with: ""), hint: error.hint)
      ruleSets[settings] = .some(nil)
      return nil
    }
  }

  /// The canonical text of a key's value, made once for all routes that have it.
  func canonicalText(of value: YAMLNode) -> String {
    if let text = canonicalTexts[value.location] { return text }
    let text = value.canonicalText
    canonicalTexts[value.location] = text
    return text
  }

  /// Nothing so far keeps the folder from being served.
  var isGood: Bool { !diagnostics.contains { $0.severity == .error } }

  func add(_ found: [Diagnostic]) {
    diagnostics += found
  }

  /// - Parameter length: scalars of the line that are at fault.
  func report(
    _ severity: Diagnostic.Severity = .error, at location: SourceLocation, length: Int = 1, _ message: String,
    hint: String? = nil
  ) {
    let excerpt = isConcealed(location) ? nil : files[location.file]?.excerpt(location.line)
    diagnostics.append(Diagnostic(severity, at: location, message, hint: hint, excerpt: excerpt, length: length))
  }

  func report(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    report(at: node.location, length: node.shownLength, message, hint: hint)
  }

  /// Reports what is allowed and hardly meant.
  func warn(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    report(.warning, at: node.location, length: node.shownLength, message, hint: hint)
  }

  /// Reports a fault at a byte of a scalar's text.
  func report(_ node: YAMLNode, at offset: Int, _ message: String, hint: String? = nil) {
    let location = location(ofByte: offset, in: node)
    report(at: location, length: wordLength(at: location), message, hint: hint)
  }

  /// - Parameter shift: where the compiled text begins in the scalar's text, in bytes.
  func report(_ error: TemplateError, in node: YAMLNode, shift: Int = 0) {
    report(node, at: shift + error.offset, error.message, hint: commentHint(node) ?? error.hint)
  }

  /// The text of a scalar, whatever it means; `nil` after reporting that it is none, or nothing.
  /// - Parameter expected: "a duration such as `800ms`".
  func text(of node: YAMLNode, expected: String) -> String? {
    if let text = node.text, CoreSchema(node) != .null { return text }
    report(node, "expected \(expected), found \(kind(of: node))")
    return nil
  }

  /// A path of a definition, relative to its folder.
  func path(_ text: String) -> String {
    text.hasPrefix("/") ? text : base + text
  }

  private var base: String { folder.hasSuffix("/") ? folder : folder + "/" }

  /// A path as somebody in the folder of definitions would type it into a shell: from there on where it is below, and
  /// without detours.
  func typed(_ path: String) -> String {
    let path = path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    let text = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return text.wholeMatch(of: /[A-Za-z0-9\/._+@%-]+/) != nil ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }

  /// Letters, digits and `_`, and a `-` between them, from a place on; 1 where there are none.
  private func wordLength(at location: SourceLocation) -> Int {
    guard let lines = files[location.file]?.lines, lines.indices.contains(location.line - 1) else { return 1 }
    let rest = lines[location.line - 1].dropFirst(location.column - 1)
    func isWord(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || "0123456789_".unicodeScalars.contains(scalar)
    }
    var length = rest.prefix { isWord($0) || $0 == "-" }.count
    while length > 0, let last = rest.dropFirst(length - 1).first, !isWord(last) { length -= 1 }
    return max(1, length)
  }

  private func location(ofByte offset: Int, in node: YAMLNode) -> SourceLocation {
    guard let file = files[node.location.file] else { return node.location }
    return ScalarMap.location(ofByte: offset, in: node, file)
  }

  /// ` #` began a comment in what was meant as one value.
  private func commentHint(_ node: YAMLNode) -> String? {
    guard node.isPlain, let file = files[node.location.file], file.lines.indices.contains(node.end.line - 1) else {
      return nil
    }
    let rest = file.lines[node.end.line - 1].dropFirst(node.end.column - 1).drop { $0 == " " || $0 == "\t" }
    guard rest.first == "#" else { return nil }
    return "` #` begins a comment in YAML: quote the value if the `#` belongs to it"
  }

  /// What `env` is in expressions.
  private(set) lazy var environmentScope: Scope = {
    var variables = JSONObject()
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) { variables.append(name, .string(value)) }
    var root = JSONObject()
    root.append(ScopeName.env.rawValue, .object(variables))
    return Scope(root)
  }()

  /// Reports variables that an expression needs and that are not set: where it reads nothing else and gives null.
  /// Returns whether all is well.
  @discardableResult
  func checkEnvironment(_ expressions: [TemplateExpression], in node: YAMLNode) -> Bool {
    var isGood = true
    for expression in expressions where expression.readsOnlyEnvironment {
      do {
        guard try expression.evaluate(environmentScope).isNull else { continue }
      } catch {
        report(node, at: expression.offset, "`${\(expression.source)}` fails at load: \(error.detail)")
        isGood = false
        continue
      }
      isGood = false
      let names = expression.references.map { $0.path.dropFirst().joined(separator: ".") }
      let unset = names.filter { environment[$0] == nil }
      let subject =
        unset.isEmpty
        ? "`${\(expression.source)}` has no value"
        : "the environment variable\(unset.count > 1 ? "s" : "") \(unset.quoted) "
          + (unset.count > 1 ? "are not set" : "is not set")
      report(
        node, at: expression.references.first?.offset ?? expression.offset, subject,
        hint: "set it, or give an alternative: `${\(expression.source) || 'value'}`")
    }
    return isGood
  }
}

extension YAMLNode {
  /// Scalars to underline: those of a text that is on one line.
  fileprivate var shownLength: Int {
    text != nil && end.line == location.line ? end.column - location.column : 1
  }
}

extension TemplateExpression {
  fileprivate var readsOnlyEnvironment: Bool {
    !references.isEmpty && references.allSatisfy { $0.path.first == ScopeName.env.rawValue }
  }
}

import NamedFiles
import Passwords
import Plans

/// Reads a file of users, as `htpasswd` writes it: `name:hash` on each line, what stands behind another colon does not
/// count, nor do empty lines and those with a `#` before. Nothing that stands in it is shown.
struct UsersFile {
  let path: String
  let loading: Loading

  /// The longest name, in bytes.
  private static let longestName = 256
  private static let advice = "`htpasswd -B FILE NAME` or `mkpasswd -m yescrypt` makes a good one"

  /// `nil` after reporting what is wrong.
  /// - Parameter place: where the file is named.
  func read(namedAt place: YAMLNode) -> [UserEntry]? {
    guard let file = loading.keysFile(path, namedAt: place) else { return nil }
    loading.warnOfReaders(of: file, path, namedAt: place, what: "users")
    let content = loading.content(namedAt: place) { () throws(NamedFileFault) in try file.text(isEmptyAllowed: true) }
    guard let text = content else { return nil }
    loading.noteSecret(text, of: path)
    loading.hide(path)
    var users: [UserEntry] = []
    var lines: [[UInt8]: Int] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine).enumerated() {
      guard !line.allSatisfy(\.isWhitespace), !line.hasPrefix("#") else { continue }
      guard let user = user(String(line), number: index + 1) else { continue }
      if let first = lines.updateValue(index + 1, forKey: Array(user.name.utf8)) {
        report(index + 1, "the user of this line is there twice; the first is on line \(first)", hint: "remove one")
      }
      users.append(user)
    }
    return users
  }

  private static func endsLine(_ character: Character) -> Bool { character == "\n" || character == "\r\n" }

  private func user(_ line: String, number: Int) -> UserEntry? {
    let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2 else {
      report(number, "expected `name:hash`, found no `:`", hint: Self.advice)
      return nil
    }
    let name = parts[0]
    let text = String(parts[1].prefix { !$0.isWhitespace })
    guard !name.isEmpty, name.utf8.count <= Self.longestName, !Login.holdsControls(name) else {
      report(
        number,
        name.isEmpty
          ? "there is no name before the `:`"
          : "the name has a control character in it, or more than \(Self.longestName) bytes: no client can show it")
      return nil
    }
    do throws(PasswordHashFault) {
      return UserEntry(name, try PasswordHash(text))
    } catch {
      report(number, "the password \(error.words)", hint: Self.advice)
      return nil
    }
  }

  private func report(_ line: Int, _ message: String, hint: String? = nil) {
    loading.report(at: SourceLocation(file: path, line: line, column: 1), message, hint: hint)
  }
}

extension ValueType<[UserEntry]> {
  /// The users of the file that is named.
  static func usersFile() -> ValueType {
    let file = ValueType<String>.file()
    return ValueType(file.shape) { node, loading in
      file.read(node, loading).flatMap { UsersFile(path: $0, loading: loading).read(namedAt: node) }
    }
  }
}

extension ValueType<String> {
  /// What can stand between quotes in a header.
  static func realm() -> ValueType {
    setting(.scalar("text"), expected: "a text such as `Staff`") { setting, loading in
      let isQuotable = setting.text.utf8.allSatisfy { 0x20...0x7E ~= $0 && $0 != 0x22 && $0 != 0x5C }
      if isQuotable, !setting.text.isEmpty { return setting.text }
      loading.report(
        setting.node, "\(setting.shown) can't be a realm; it has ASCII characters, and neither `\"` nor `\\`")
      return nil
    }
  }
}

import Messages
import Plans

extension ValueType {
  /// A scalar needed at load, parsed from its text. `parse` reports what is wrong and returns `nil`.
  static func setting(
    _ shape: Shape, expected: String, _ parse: @escaping (SettingText, Loading) -> Value?
  ) -> ValueType {
    ValueType(shape) { node, loading in
      SettingText(node, loading, expected: expected).flatMap { parse($0, loading) }
    }
  }
}

extension ValueType<String> {
  /// Any text that is not empty.
  static func text(_ name: String) -> ValueType {
    setting(.scalar(name), expected: "a \(name)") { setting, loading in
      guard setting.text.isEmpty else { return setting.text }
      loading.report(setting.node, "expected a \(name), found an empty string")
      return nil
    }
  }

  /// A name of the file's own choice.
  static func name(_ what: String) -> ValueType {
    setting(.scalar("name", .setting(Pattern.name)), expected: what) { setting, loading in
      guard !Names.isName(setting.text) else { return setting.text }
      loading.report(setting.node, "\(setting.shown) can't be \(what); \(Names.rule)")
      return nil
    }
  }
}

extension ValueType<Duration> {
  static func duration(_ range: ClosedRange<Duration>) -> ValueType {
    setting(.duration, expected: "a duration such as `800ms`") { setting, loading in
      guard let duration = Units.duration(setting.text) else {
        let bare = setting.isComputed ? nil : setting.text.number(in: 0...1_000_000_000)
        let hint = bare.map { "did you mean `\($0)\($0 < 100 ? "s" : "ms")`?" }
        loading.report(
          setting.node,
          "\(setting.shown) is not a duration; write a whole number and a unit: `250ms`, `30s`, `15m`, `1h`, `7d`",
          hint: hint ?? fractionHint(setting) ?? unitHint(setting))
        return nil
      }
      guard range.contains(duration) else {
        let (low, high) = (range.lowerBound.written, range.upperBound.written)
        loading.report(setting.node, "\(setting.shown) is out of range; allowed is `\(low)` to `\(high)`")
        return nil
      }
      return duration
    }
  }

  /// `5 seconds` is written `5s`.
  private static func unitHint(_ setting: SettingText) -> String? {
    guard !setting.isComputed, let (number, unit) = Units.split(setting.text.replacing(" ", with: "")) else {
      return nil
    }
    switch unit.lowercased() {
    case "ms", "msec", "msecs", "millis", "millisecond", "milliseconds": return "did you mean `\(number)ms`?"
    case "s", "sec", "secs", "second", "seconds": return "did you mean `\(number)s`?"
    case "m", "min", "mins", "minute", "minutes": return "did you mean `\(number)m`?"
    case "h", "hr", "hrs", "hour", "hours": return "did you mean `\(number)h`?"
    case "d", "day", "days": return "did you mean `\(number)d`?"
    default: return nil
    }
  }

  /// `1.5s` is written `1500ms`.
  private static func fractionHint(_ setting: SettingText) -> String? {
    let parts = setting.text.dropLast().split(separator: ".")
    guard !setting.isComputed, setting.text.hasSuffix("s"), !setting.text.hasSuffix("ms"), parts.count == 2,
      parts[1].count <= 3, let whole = parts[0].number(in: 0...999_999), let part = parts[1].number(in: 0...999)
    else { return nil }
    let scale = [1: 100, 2: 10, 3: 1][parts[1].count] ?? 1
    return "did you mean `\(whole * 1000 + part * scale)ms`?"
  }
}

extension ValueType<Int> {
  static func bytes(_ range: ClosedRange<Int>) -> ValueType {
    setting(.bytes, expected: "a size such as `64KiB`") { setting, loading in
      guard let bytes = Units.bytes(setting.text) else {
        loading.report(
          setting.node,
          "\(setting.shown) is not a size; write a whole number and a unit: `512B`, `64KiB`, `1MiB`, `1GiB`",
          hint: setting.isComputed ? nil : sizeHint(setting.text))
        return nil
      }
      guard range.contains(bytes) else {
        let (low, high) = (range.lowerBound.bytesWritten, range.upperBound.bytesWritten)
        loading.report(setting.node, "\(setting.shown) is out of range; allowed is `\(low)` to `\(high)`")
        return nil
      }
      return bytes
    }
  }

  private static func sizeHint(_ text: String) -> String? {
    guard let (number, unit) = Units.split(text.replacing(" ", with: "")) else { return nil }
    switch unit.lowercased() {
    case "": return "did you mean `\(number)B`?"
    case "k", "kb", "kib": return "did you mean `\(number)KiB`?"
    case "m", "mb", "mib": return "did you mean `\(number)MiB`?"
    case "g", "gb", "gib": return "did you mean `\(number)GiB`?"
    default: return nil
    }
  }

  static func integer(_ range: ClosedRange<Int>) -> ValueType {
    setting(.integer(range), expected: "a whole number") { setting, loading in
      let isQuoted = !setting.isComputed && !setting.node.isPlain
      guard let number = PeerNumber(setting.text), !isQuoted else {
        let hint = isQuoted && PeerNumber(setting.text) != nil ? "remove the quotes" : nil
        loading.report(
          setting.node, "expected a whole number, found \(isQuoted ? "the string " : "")\(setting.shown)", hint: hint)
        return nil
      }
      guard let value = number.within(range) else {
        loading.report(
          setting.node, "\(setting.shown) is out of range; allowed is \(range.lowerBound) to \(range.upperBound)")
        return nil
      }
      return value
    }
  }
}

extension ValueType<Double> {
  /// 0 to 1.
  static func percent() -> ValueType {
    setting(.percent, expected: "a share such as `20%`") { setting, loading in
      if let share = Units.percent(setting.text) { return share }
      let fraction = setting.isComputed ? nil : Double(setting.text).flatMap { (0...1).contains($0) ? $0 : nil }
      let bare = setting.isComputed ? nil : setting.text.number(in: 2...100)
      let meant = bare ?? fraction.flatMap { Int(exactly: ($0 * 100).rounded()) }
      let hint = meant.map { "did you mean `\($0)%`?" }
      loading.report(
        setting.node, "\(setting.shown) is not a share; write a whole percentage: `0%` to `100%`", hint: hint)
      return nil
    }
  }
}

extension ValueType<Bool> {
  static func boolean() -> ValueType {
    setting(.boolean, expected: "`true` or `false`") { setting, loading in
      switch (setting.text, setting.isComputed || setting.node.isPlain) {
      case ("true", true), ("True", true), ("TRUE", true): return true
      case ("false", true), ("False", true), ("FALSE", true): return false
      default:
        let word = setting.isComputed ? "" : setting.text.lowercased()
        let isQuoted = ["true", "false"].contains(word) && !setting.node.isPlain
        let meant = ["yes": "true", "on": "true", "no": "false", "off": "false"][word] ?? (isQuoted ? nil : word)
        let hint = ["true", "false"].contains(meant) ? meant.map { "did you mean `\($0)`?" } : nil
        loading.report(
          setting.node, "expected `true` or `false`, found \(isQuoted ? "the string " : "")\(setting.shown)",
          hint: isQuoted ? "remove the quotes" : hint)
        return nil
      }
    }
  }
}

extension ValueType<Bool> {
  /// The only word that there is.
  static func word(_ word: String, hint: String) -> ValueType {
    setting(.choice([word]), expected: "`\(word)`") { setting, loading in
      if setting.text == word { return true }
      let meant = setting.isComputed ? nil : Suggestion.hint(for: setting.text, among: [word])
      loading.report(setting.node, "expected `\(word)`, found \(setting.shown)", hint: meant ?? hint)
      return nil
    }
  }
}

extension ValueType {
  /// One of several words, each with its meaning.
  static func words(_ meanings: KeyValuePairs<String, Value>) -> ValueType {
    let words = meanings.map(\.key)
    return setting(.choice(words), expected: "one of \(words.quoted)") { setting, loading in
      if let meaning = meanings.first(where: { $0.key == setting.text }) { return meaning.value }
      let hint = setting.isComputed ? nil : Suggestion.hint(for: setting.text, among: words)
      loading.report(setting.node, "expected one of \(words.quoted), found \(setting.shown)", hint: hint)
      return nil
    }
  }
}

extension ValueType where Value: RawRepresentable, Value.RawValue == String, Value: CaseIterable {
  /// One of the words of an enumeration.
  static func choice() -> ValueType {
    let words = Value.allCases.map(\.rawValue)
    return setting(.choice(words), expected: "one of \(words.quoted)") { setting, loading in
      if let value = Value(rawValue: setting.text) { return value }
      let hint = setting.isComputed ? nil : Suggestion.hint(for: setting.text, among: words)
      loading.report(setting.node, "expected one of \(words.quoted), found \(setting.shown)", hint: hint)
      return nil
    }
  }
}

/// Values that a client or a backend may hand in, in the hope that they end up somewhere else than where they belong.
enum HostileValue {
  /// Each by itself.
  static let plain: [String] = [
    "", "a", "0", "null", "true", "/", "//", "a/b", "..", ".", "...", "a/..", "../a", "../../admin", "a/../b", "./a",
    "..;",
    "..;x=1/y", ".;", "%2e%2e", "%2E%2e/", "..%2f", "%2F", "%5C", "%252e%252e%252f", "%00", "%0d%0aX-Evil: 1", "%",
    "%%", "%zz",
    "\\", "..\\", "\\..\\a", "a\\b", "?", "?admin=1", "a?b=c", "#", "#frag", "a#b", "&", "&z=evil", "v=2&z=evil", "=",
    "a=b",
    ";", ";z=evil", "+", "a+b", " ", "a b", " lead", "trail ", "\t", "a\tb", "\r", "\n", "\r\n", "a\r\nX-Evil: 1",
    "a\nX-Evil: 1", "a\rX-Evil: 1", "\r\n\r\nGET /evil HTTP/1.1\r\nHost: evil\r\n\r\n", "\u{0}", "a\u{0}b", "\u{1}",
    "\u{B}X-Evil: 1",
    "\u{1F}", "\u{7F}", "\u{85}X-Evil: 1", "\u{2028}", "é", "e\u{301}", "\u{FEFF}", "\u{FFFD}", "😀", "👨‍👩‍👧‍👦",
    "\u{202E}txt.exe",
    "שלום", "\u{212A}", "\u{37E}", "\u{338}", "\u{600},", "／", "．．／", "\u{10FFFF}", "\"", "\"}", "\",\"z\":\"evil",
    "\\\"",
    "\\u0022", "{}", "[1,2]", "{\"z\":\"evil\"}", "'", "`", "${path.v}", "$${", "${", "}", "<script>", "@evil.example",
    "evil.example:80", "http://evil.example/", "//evil.example/", ":", ":80", "a@b", ",", "a, b", "a;b", "~", "*", "|",
    "^", "[", "]",
    "x-after: evil", "-1", "1e400", "__proto__", "chunked", "100-continue",
  ]

  /// Texts of 10,000 bytes; a path of them still fits into a head.
  static let long: [String] = [
    String(repeating: "a", count: 10_000), String(repeating: "../", count: 3333), String(repeating: "é", count: 2500),
    String(repeating: "&z=1", count: 2000), String(repeating: "\r\n", count: 1000),
  ]

  /// Bytes that are no UTF-8: overlong, surrogates, cut off, beyond Unicode.
  static let invalid: [[UInt8]] = [
    [0xC0, 0xAF], [0xC0, 0xAE, 0xC0, 0xAE, 0x2F], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xC0, 0x80],
    [0xED, 0xA0, 0x80], [0xC3], [0x61, 0xE2, 0x82], [0xFF], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE9, 0x74, 0xE9],
  ]

  /// Two put together, the same ones on every run.
  static func pairs(_ count: Int) -> [String] {
    var state: UInt64 = 42
    func next() -> String {
      // Knuth's MMIX generator.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return plain[Int(state >> 33) % plain.count]
    }
    return (0..<count).map { _ in next() + next() }
  }
}

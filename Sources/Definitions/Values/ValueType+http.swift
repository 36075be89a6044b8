import Messages
import Plans

extension ValueType<StatusSet> {
  /// `404`, `4xx`, `400-404`, or a list of these.
  static func statuses() -> ValueType {
    ValueType(.statuses) { node, loading in
      var set = StatusSet()
      for element in node.elements ?? [node] {
        guard let setting = SettingText(element, loading, expected: "a status such as `404`") else { continue }
        guard let range = Self.range(setting.text) else {
          loading.report(
            element, "\(setting.shown) is not a status; write one of 100 to 599, a class `4xx` or a range `400-404`",
            hint: setting.isComputed ? nil : classHint(setting.text))
          continue
        }
        for status in range { set.insert(status) }
      }
      return set
    }
  }

  /// `4XX`, `4x` and `4**` are written `4xx`.
  private static func classHint(_ text: String) -> String? {
    guard let digit = text.first, "12345".contains(digit), (2...3).contains(text.count),
      text.dropFirst().allSatisfy({ "xX*".contains($0) })
    else { return nil }
    return "did you mean `\(digit)xx`?"
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    if text.hasSuffix("xx"), text.count == 3, let digit = text.prefix(1).number(in: 1...5) {
      return (digit * 100)...(digit * 100 + 99)
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(status)
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
    return first...last
  }

  private static func status(_ text: Substring) -> Int? {
    text.number(in: 100...599)
  }
}

extension ValueType<[BackendPlan.Retry.Cause]> {
  static func causes() -> ValueType {
    let cause = ValueType<BackendPlan.Retry.Cause>.setting(
      .scalar("`connect`, `timeout` or a status 400 to 599", .setting(Pattern.retryCause, numbers: 400...599)),
      expected: "`connect`, `timeout` or a status"
    ) { setting, loading in
      switch setting.text {
      case "connect": return .connect
      case "timeout": return .timeout
      default:
        if let status = setting.text.number(in: 400...599) { return .status(status) }
        loading.report(
          setting.node,
          "can't retry on \(setting.shown); allowed are `connect`, `timeout` and statuses from 400 to 599",
          hint: setting.isComputed ? nil : Suggestion.hint(for: setting.text, among: ["connect", "timeout"]))
        return nil
      }
    }
    return .list(of: cause, isEmptyAllowed: false)
  }
}

/// Which of the client's headers go upstream.
struct ForwardSetting {
  /// In lower case.
  var names: [String] = []
  var isAll = false
}

extension ValueType<ForwardSetting> {
  /// `all`, `"*"` or a list of names.
  static func forward() -> ValueType {
    let list = ValueType<[String]>.list(of: .forwardedHeader())
    return ValueType(.either(.choice(["all", "*"]), list.shape)) { node, loading in
      if node.text == "all" || node.text == "*" { return ForwardSetting(isAll: true) }
      return list.read(node, loading).map { ForwardSetting(names: $0) }
    }
  }
}

extension ValueType<String> {
  /// The lower-case name of a header that may go upstream.
  static func forwardedHeader() -> ValueType {
    setting(.scalar("header name", .setting(Pattern.headerName)), expected: "a header name") { setting, loading in
      let name = setting.text.lowercased()
      if let fault = HeaderNames.fault(name, in: .forward) {
        loading.report(setting.node, "\(setting.shown) can't be forwarded; \(fault.reason)", hint: fault.hint)
        return nil
      }
      return name
    }
  }

  /// A host name; with `hasWildcards` also `*.` and one, for all below it.
  static func hostName(hasWildcards: Bool = false) -> ValueType {
    let shape =
      hasWildcards
      ? Shape.scalar("host name, or `*.` and one", .setting(Pattern.hosts))
      : Shape.scalar("host name", .setting(Pattern.hostName))
    return setting(shape, expected: "a host name") { setting, loading in
      let name = setting.text.lowercased()
      let plain = hasWildcards && name.hasPrefix("*.") ? String(name.dropFirst(2)) : name
      if URLParts.isHost(plain) { return name }
      let hint = plain.contains(":") || plain.contains("/") ? "write it without scheme, port and path" : nil
      let forms = hasWildcards ? "`shop.example.com`, or `*.example.com` for all below" : "`shop.example.com`"
      loading.report(setting.node, "\(setting.shown) is not a host name; write \(forms)", hint: hint)
      return nil
    }
  }

  /// `HOST:PORT` to listen on.
  static func listenAddress() -> ValueType {
    setting(.scalar("`HOST:PORT`", .setting(Pattern.listenAddress)), expected: "an address such as `0.0.0.0:8080`") {
      setting, loading in
      if ListenAddress.isDefinable(setting.text) { return setting.text }
      let port = setting.text.hasPrefix(":") ? String(setting.text.dropFirst()) : setting.text
      let hint = port.number(in: 0...65535) != nil && !setting.isComputed ? "did you mean `0.0.0.0:\(port)`?" : nil
      loading.report(
        setting.node,
        "\(setting.shown) is not an address; write `HOST:PORT`, such as `0.0.0.0:8080`, `127.0.0.1:8081` or `[::1]:8080`",
        hint: hint)
      return nil
    }
  }

  /// `10.0.0.0/8`, or one address.
  static func addressBlock() -> ValueType {
    setting(.scalar("CIDR block", .setting(Pattern.addressBlock)), expected: "a CIDR block such as `10.0.0.0/8`") {
      setting, loading in
      if AddressBlock(setting.text) != nil { return setting.text }
      loading.report(
        setting.node, "\(setting.shown) is not a CIDR block; write `10.0.0.0/8`, `fd00::/8` or one address")
      return nil
    }
  }
}

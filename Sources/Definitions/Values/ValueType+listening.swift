import Plans

extension ValueType<[ListenSetting]> {
  /// An address by itself, a mapping, or a list of these.
  static func listeners() -> ValueType {
    let one = ValueType<ListenSetting>.listener()
    let several = ValueType.list(of: one, isEmptyAllowed: false)
    return ValueType(.either(one.shape, several.shape)) { node, loading in
      guard node.elements != nil else { return one.read(node, loading).map { [$0] } }
      let settings = several.read(node, loading)
      ListenDecoder.checkAddresses(settings ?? [], loading)
      return settings
    }
  }
}

extension ValueType<ListenSetting> {
  fileprivate static func listener() -> ValueType {
    let address = ValueType<ListenerPlan.Address>.listenerAddress()
    return ValueType(.either(address.shape, .table(ListenKeys.self))) { node, loading in
      guard node.pairs == nil else { return MappingReader<ListenKeys>(node, loading).flatMap(ListenDecoder.listener) }
      return address.read(node, loading).map { ListenSetting(plan: ListenerPlan($0), address: node) }
    }
  }
}

extension ValueType<ListenerPlan.Address> {
  static func listenerAddress() -> ValueType {
    let tcp = ValueType<String>.listenAddress()
    return ValueType(.either(tcp.shape, .scalar("`unix:/PATH`", .setting(Pattern.listenSocket)))) { node, loading in
      guard let setting = SettingText(node, loading, expected: "an address such as `0.0.0.0:8080`") else { return nil }
      guard setting.text.hasPrefix("unix:") else {
        return tcp.read(node, loading).flatMap { ListenerPlan.Address($0) }
      }
      if let address = ListenerPlan.Address(setting.text) { return address }
      loading.report(
        node, "\(setting.shown) is no socket; `unix:` is followed by its absolute path, of less than 108 bytes")
      return nil
    }
  }
}

extension ValueType<ListenerPlan.HTTP2> {
  /// `true`, `false` or `cleartext`.
  static func http2() -> ValueType {
    let words = "`true`, `false` or `cleartext`"
    return setting(.either(.boolean, .choice(["cleartext"])), expected: words) { setting, loading in
      switch setting.text {
      case "true": return .alpn
      case "false": return .off
      case "cleartext": return .cleartext
      default:
        let hint = setting.isComputed ? nil : Suggestion.hint(for: setting.text, among: ["true", "false", "cleartext"])
        loading.report(setting.node, "expected \(words), found \(setting.shown)", hint: hint)
        return nil
      }
    }
  }
}

extension ValueType<UInt32> {
  /// Permissions: three octal digits, a 0 before them or not.
  static func fileMode() -> ValueType {
    let shape = Shape.scalar("permissions in octal", .setting(Pattern.fileMode, numbers: 0...777))
    return setting(shape, expected: "permissions such as `\"0660\"`") { setting, loading in
      let digits = setting.text.hasPrefix("0") && setting.text.count == 4 ? setting.text.dropFirst() : setting.text[...]
      if digits.count == 3, digits.allSatisfy({ "01234567".contains($0) }), let mode = UInt32(digits, radix: 8) {
        return mode
      }
      loading.report(
        setting.node, "\(setting.shown) is no mode; write three octal digits for user, group and others: `\"0660\"`")
      return nil
    }
  }
}

extension ValueType<String> {
  /// A list of ciphers of TLS 1.2 that is not empty; weak ones are warned of.
  static func ciphers() -> ValueType {
    setting(.scalar("OpenSSL's list of ciphers"), expected: "a list of ciphers such as `ECDHE+AESGCM`") {
      setting, loading in
      do throws(CipherList.Fault) {
        let list = try CipherList(setting.text)
        for (weak, why) in [(list.withoutForwardSecrecy, "no forward secrecy"), (list.inCBC, "encryption in CBC mode")]
        where !weak.isEmpty {
          loading.warn(
            setting.node, "clients may use ciphers with \(why): \(weak.quoted)",
            hint: "the default, `\(Defaults.listenTLS.ciphers)`, has none of them")
        }
        return setting.text
      } catch {
        loading.report(setting.node, "\(setting.shown) is no list of ciphers; \(error.message)", hint: error.hint)
        return nil
      }
    }
  }
}

import Plans

extension ValueType<YAMLNode> {
  /// Whether there is one of that name is known later.
  static func backendName() -> ValueType {
    let name = ValueType<String>.name("the name of a backend")
    return ValueType(name.shape) { node, loading in
      guard name.read(node, loading) != nil else { return nil }
      loading.noteBackend(node)
      return node
    }
  }
}

extension ValueType<String> {
  /// A path, possibly with a query; encoded.
  static func documentPath(_ example: String = "/jwks.json") -> ValueType {
    setting(.scalar("path", .setting(Pattern.path)), expected: "a path such as `\(example)`") { setting, loading in
      do throws(TemplateError) {
        return try RequestTemplate.constantTarget(setting.text)
      } catch {
        loading.report(setting.node, "\(setting.shown) is not a path: \(error.message)")
        return nil
      }
    }
  }
}

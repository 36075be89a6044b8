import Plans

extension ValueType<RedisSettings> {
  /// A URL by itself, or a mapping.
  static func oneRedis() -> ValueType {
    let url = redisURL()
    return ValueType(.either(url.shape, .table(RedisKeys.self))) { node, loading in
      guard node.pairs != nil else { return url.read(node, loading) }
      return MappingReader<RedisKeys>(node, loading).flatMap(RedisDecoder.redis)
    }
  }

  static func redisURL() -> ValueType {
    setting(
      .scalar("Redis URL", .setting(Pattern.redisURL)), expected: "a Redis URL such as `redis://localhost:6379`"
    ) { setting, loading in
      do throws(RedisURL.Failure) {
        return try RedisURL(setting.text).settings
      } catch {
        // It may hold a password, so it is not repeated.
        let reason = setting.isComputed ? "it begins with redis:// or rediss://" : "\(error)"
        loading.report(setting.node, "this is no Redis URL: \(reason)")
        return nil
      }
    }
  }
}

extension ValueType<RedisEndpoint> {
  static func redisEndpoint(defaultPort: UInt16) -> ValueType {
    setting(
      .scalar("`HOST:PORT`", .setting(Pattern.redisAddress)), expected: "an address such as `redis-1:\(defaultPort)`"
    ) { setting, loading in
      do throws(RedisURL.Failure) {
        guard !setting.text.contains("/") else { throw RedisURL.Failure(description: "it has no scheme and no path") }
        return try RedisURL.endpoint(setting.text[...], port: defaultPort)
      } catch {
        loading.report(
          setting.node, "\(setting.shown) is no address; write `HOST:PORT`, such as `redis-1:\(defaultPort)`")
        return nil
      }
    }
  }
}

extension ValueType<RedisSecret> {
  /// A text, best `${env.NAME}`, or `{ file: path }`; never shown.
  static func secret() -> ValueType {
    ValueType(.either(.scalar("text"), .table(SecretKeys.self))) { node, loading in
      loading.conceal(secret: node)
      if node.pairs != nil { return SecretFile.read(node, loading).map { .file($0.path) } }
      return SettingText(node, loading, expected: "a secret").map { .text($0.text) }
    }
  }
}

extension ValueType<Secret<String>> {
  /// A text, best `${env.NAME}`, or `{ file: path }`, which is read once; never shown.
  static func secret() -> ValueType {
    ValueType(.either(.scalar("text"), .table(SecretKeys.self))) { node, loading in
      loading.conceal(secret: node)
      if node.pairs != nil { return SecretFile.read(node, loading).map { Secret($0.text) } }
      return SettingText(node, loading, expected: "a secret").map { Secret($0.text) }
    }
  }
}

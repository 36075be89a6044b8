import Plans

/// Decodes `redis`.
enum RedisDecoder {
  static func redis(_ reader: MappingReader<RedisKeys>) -> RedisSettings? {
    guard var settings = server(reader) else { return nil }
    settings.username = reader[\.user] ?? settings.username
    settings.password = reader[\.password] ?? settings.password
    settings.database = reader[\.database] ?? settings.database
    settings.tls = reader[\.tls] ?? settings.tls
    settings.prefix = reader[\.prefix] ?? settings.prefix
    settings.commandTimeout = reader[\.timeout] ?? settings.commandTimeout
    settings.connectTimeout = reader[\.connectTimeout] ?? settings.connectTimeout
    if case .cluster = settings.topology, settings.database != 0, let pair = reader.pair(\.database) {
      reader.loading.report(pair.value, "a Redis cluster has only database 0")
    }
    return settings
  }

  /// What one of the three ways to name it says.
  private static func server(_ reader: MappingReader<RedisKeys>) -> RedisSettings? {
    let ways = [reader.pair(\.url), reader.pair(\.cluster), reader.pair(\.sentinel)].compactMap(\.self)
    guard ways.count == 1 else {
      let message = "`redis` needs one of `url`, `cluster` and `sentinel`"
      if ways.isEmpty { reader.loading.report(reader.node, message) }
      if let second = ways.dropFirst().first {
        reader.loading.report(second.key, "\(message); it has `\(ways[0].name)` and `\(second.name)`")
      }
      return nil
    }
    if let settings = reader[\.url] { return settings }
    if let nodes = reader[\.cluster] { return RedisSettings(.cluster(nodes)) }
    return reader[\.sentinel]
  }

  static func sentinels(_ reader: MappingReader<SentinelKeys>) -> RedisSettings? {
    let (addresses, master, password) = (reader[\.addresses], reader[\.master], reader[\.password])
    guard let addresses, let master else { return nil }
    var settings = RedisSettings(.sentinel(addresses, master: master))
    settings.sentinelPassword = password
    return settings
  }

  static func tls(_ reader: MappingReader<RedisTLSKeys>) -> RedisSettings.TLS {
    var tls = RedisSettings.TLS()
    tls.caFile = reader[\.ca]
    tls.certificateFile = reader[\.certificate]
    tls.keyFile = reader[\.key]
    tls.serverName = reader[\.serverName]
    reader.checkTogether(\.certificate, \.key)
    return tls
  }
}

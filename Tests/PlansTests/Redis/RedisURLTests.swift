import Plans
import Testing

struct RedisURLTests {
  @Test func single() throws {
    let settings = try RedisURL("redis://user:p%40ss%2F@cache.example:6380/3?prefix=shop:&timeout=20").settings
    #expect(settings.topology == .single(.host("cache.example", 6380)))
    #expect(settings.username == "user" && settings.password == "p@ss/" && settings.database == 3)
    #expect(settings.prefix == "shop:" && settings.commandTimeout == .milliseconds(20) && settings.tls == nil)
    #expect(try RedisURL("redis://h/1000000?timeout=10000").settings.commandTimeout == .seconds(10))
    #expect(try RedisURL("redis://:secret@h").settings.username == nil)
    #expect(try RedisURL("redis://h").settings.topology == .single(.host("h", 6379)))
    #expect(try RedisURL("redis://[::1]:7000").settings.topology == .single(.host("::1", 7000)))
    #expect(try RedisURL("redis://[::1]").settings.topology == .single(.host("::1", 6379)))
  }

  @Test func tls() throws {
    let settings = try RedisURL("rediss://h?ca=/a.pem&servername=s&verify=no").settings
    #expect(settings.tls?.caFile == "/a.pem" && settings.tls?.serverName == "s" && settings.tls?.verifies == false)
  }

  @Test func sockets() throws {
    let settings = try RedisURL("unix:///run/redis.sock?db=2").settings
    #expect(settings.topology == .single(.unixSocket("/run/redis.sock")) && settings.database == 2)
    #expect(try RedisURL("unix://:pw@/run/r").settings.password == "pw")
  }

  @Test func clustersAndSentinels() throws {
    #expect(
      try RedisURL("redis+cluster://a:1,b").settings.topology == .cluster([.host("a", 1), .host("b", 6379)]))
    let sentinel = try RedisURL("redis+sentinel://:pw@a,b:2/mymaster/1?sentinelPassword=x").settings
    #expect(sentinel.topology == .sentinel([.host("a", 26379), .host("b", 2)], master: "mymaster"))
    #expect(sentinel.database == 1 && sentinel.password == "pw" && sentinel.sentinelPassword == "x")
  }

  @Test(arguments: [
    "", "localhost:6379", "http://h", "redis://", "redis://h:0", "redis://h:x", "redis://h/x", "unix://relative",
    "redis+sentinel://h", "redis+sentinel://h/", "redis+cluster://", "redis://h?nonsense=1", "redis://%zz@h",
    "redis+cluster://h?db=1", "redis://h?timeout=0", "redis://h?timeout=10001", "redis://h?timeout=9223372036854775807",
    "redis://h?timeout=-9223372036854775808", "redis://h?timeout=1e400", "redis://h/1000001", "redis://h?db=-1",
    "redis://h?db=9223372036854775808", "redis://h:65536", "redis://h:-1",
  ])
  func refusesOthers(_ text: String) {
    #expect(throws: RedisURL.Failure.self) { try RedisURL(text) }
  }

  @Test func passwordsAreNotPrinted() throws {
    let settings = try RedisURL("redis://user:hush@h?sentinelPassword=hush").settings
    var dumped = ""
    dump(settings, to: &dumped)
    for text in ["\(settings)", String(reflecting: settings), dumped] { #expect(!text.contains("hush")) }
  }
}

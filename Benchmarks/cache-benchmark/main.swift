// cache-benchmark eviction | hit | redis URL

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "eviction": Eviction.run(requests: 2_000_000)
case "redis" where arguments.count > 2: try RedisPath.run(arguments[2])
default: try HotPath.run()
}

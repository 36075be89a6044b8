/// Namespaces of `extra_config`: those of version 3, and those that versions 1 and 2 had.
enum KrakenDNames {
  static let proxy = ["proxy", "github.com/devopsfaith/krakend/proxy"]
  static let http = ["backend/http", "github.com/devopsfaith/krakend/http"]
  static let routerLimit = ["qos/ratelimit/router", "github.com/devopsfaith/krakend-ratelimit/juju/router"]
  static let proxyLimit = ["qos/ratelimit/proxy", "github.com/devopsfaith/krakend-ratelimit/juju/proxy"]
  static let serviceLimit = ["qos/ratelimit/service"]
  static let breaker = [
    "qos/circuit-breaker", "github.com/devopsfaith/krakend-circuitbreaker/gobreaker",
    "github.com/devopsfaith/krakend-circuitbreaker/gobreaker/http",
  ]
  static let cache = ["qos/http-cache", "github.com/devopsfaith/krakend-httpcache"]
  static let validator = ["auth/validator", "github.com/devopsfaith/krakend-jose/validator"]
  static let clientCredentials = ["auth/client-credentials", "github.com/devopsfaith/krakend-oauth2-clientcredentials"]
  static let cors = ["security/cors", "github_com/devopsfaith/krakend-cors"]
  static let secure = ["security/http", "github_com/devopsfaith/krakend-httpsecure"]
  static let bots = [
    "security/bot-detector", "github_com/devopsfaith/krakend-botdetector",
    "github.com/devopsfaith/krakend-botdetector",
  ]
  static let logging = ["telemetry/logging", "github_com/devopsfaith/krakend-gologging"]
  static let martian = ["modifier/martian", "github.com/devopsfaith/krakend-martian"]
  static let jmespath = ["modifier/jmespath"]
  static let responseHeaders = ["modifier/response-headers"]
  /// What lets in only some: where it can't be translated, nobody is let in.
  static let guards = [
    "auth/api-keys", "auth/basic", "security/policies", "validation/cel", "github.com/devopsfaith/krakend-cel",
    "validation/json-schema", "github.com/devopsfaith/krakend-jsonschema", "security/bot-detector",
    "github_com/devopsfaith/krakend-botdetector", "github.com/devopsfaith/krakend-botdetector", "qos/ratelimit/tiered",
  ]
  /// Those of the service that may refuse any request.
  static let serviceGuards: Set = [
    "plugin/http-server", "github_com/devopsfaith/krakend/transport/http/server/handler", "auth/revoker",
    "github_com/devopsfaith/bloomfilter",
  ]
  /// Namespaces of what guards, or of code that may: of an unknown name it is better that nobody is let in.
  private static let guardedSpaces = ["auth/", "security/", "validation/", "modifier/lua", "plugin/req-resp-modifier"]
  /// Named as guards are, they let in nobody that would be kept out without them.
  private static let harmless: Set = [
    "auth/signer", "github.com/devopsfaith/krakend-jose/signer", "auth/gcp", "auth/aws-sigv4", "auth/ntlm",
  ]

  /// Whether a component that is not translated may have kept somebody out.
  static func mayGuard(_ name: String) -> Bool {
    if (validator + clientCredentials + cors + secure + bots).contains(name) || harmless.contains(name) { return false }
    let name = name.lowercased()
    return guards.contains(name) || guardedSpaces.contains { name.hasPrefix($0) }
      || ["krakend-lua", "krakend-jose"].contains { name.contains($0) }
  }

  /// What there is in Weft for a member that is not translated.
  static func hint(_ name: String) -> String? {
    switch name {
    case "telemetry/opentelemetry", "telemetry/opencensus", "telemetry/influx", "telemetry/metrics",
      "github_com/letgo/krakend-influx", "github_com/devopsfaith/krakend-metrics",
      "github_com/devopsfaith/krakend-opencensus":
      "the admin address has /metrics, and `tracing` sends spans"
    case "telemetry/logstash", "telemetry/gelf": "`log` in gateway.yaml"
    case "documentation/openapi": "`weft openapi` describes the routes"
    case "auth/api-keys": "an `apiKey` provider in gateway.yaml"
    case "auth/basic": "a `basic` provider in gateway.yaml"
    case "auth/signer": "a service that signs tokens"
    case "validation/cel", "github.com/devopsfaith/krakend-cel", "security/policies":
      "`refuse` of the route, or `when` of a call"
    case "modifier/body-generator", "modifier/request-body-generator": "`body` of a call is a template"
    case "modifier/response-body-generator", "modifier/response-body": "`response` is a template"
    case "modifier/lua-endpoint", "modifier/lua-proxy", "modifier/lua-backend", "github.com/devopsfaith/krakend-lua",
      "github.com/devopsfaith/krakend-lua/proxy", "github.com/devopsfaith/krakend-lua/router":
      "templates say most of what scripts do; there is no code in the gateway"
    case "plugin/http-server", "plugin/http-client", "plugin/req-resp-modifier", "plugin":
      "there is no code in the gateway"
    case "backend/graphql": "a POST with `safe: true` and the query in its `body`"
    case "backend/grpc", "backend/amqp/consumer", "backend/amqp/producer", "backend/pubsub/publisher",
      "backend/pubsub/subscriber", "backend/lambda", "backend/soap", "async_agent", "grpc":
      "backends speak HTTP"
    case "return_error_details": "`_meta` and `Weft-Outcome` tell how each call went (`meta` of a route)"
    case "sequential_propagated_params": "a call reads what it needs of the others"
    case "shadow", "shadow_timeout": "calls are made for their answers"
    case "max_idle_connections", "max_idle_connections_per_host", "idle_connection_timeout", "dialer_timeout",
      "dial_timeout", "response_header_timeout", "expect_continue_timeout", "disable_keep_alives":
      "`connectionIdle`, `connectTimeout` and `timeout` of a backend"
    case "ssl_redirect": "a listener with `redirect: https`"
    case "router", "github_com/devopsfaith/krakend/router": "`limits`, `timeouts` and `log` in gateway.yaml"
    case "redis", "qos/ratelimit/service/redis": "`redis` in gateway.yaml"
    case "websocket": "proxies of plain HTTP"
    default: nil
    }
  }
}

extension DocumentCursor {
  /// Namespaces of the components that are there, if with nothing in them.
  var components: [String] {
    guard case .object(let members) = value, let extra = members.last(where: { $0.name == "extra_config" }),
      case .object(let components) = extra.value
    else { return [] }
    return components.map(\.name)
  }

  /// A component's configuration, by any of its namespaces.
  func component(_ namespaces: [String]) -> DocumentCursor? {
    guard let extra = self["extra_config"] else { return nil }
    for name in namespaces {
      if let found = extra[name] { return found }
    }
    return nil
  }
}

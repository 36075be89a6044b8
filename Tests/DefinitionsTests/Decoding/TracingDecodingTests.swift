import Messages
import Plans
import Testing

@testable import Definitions

/// What `tracing` and the environment mean.
@Suite struct TracingDecodingTests {
  private func load(_ gateway: String?, _ environment: [String: String] = [:]) -> Result<LoadedDefinitions, Diagnostics>
  {
    var files = [(name: "main.yaml", text: "routes: { GET /r: { response: 1 } }")]
    if let gateway { files.append((name: "gateway.yaml", text: gateway)) }
    return DefinitionLoader.load(files: files, environment: environment)
  }

  private func plan(_ gateway: String?, _ environment: [String: String] = [:]) throws -> TracingPlan? {
    try load(gateway, environment).get().plan.process.tracing
  }

  private func faults(_ gateway: String?, _ environment: [String: String]) throws -> [String] {
    guard case .failure(let found) = load(gateway, environment) else { return [] }
    return found.all.map(\.headline)
  }

  @Test func withoutAnythingThereIsNone() throws {
    #expect(try plan(nil) == nil && plan("threads: 1") == nil)
    #expect(try plan(nil, ["OTEL_SERVICE_NAME": "a", "OTEL_EXPORTER_OTLP_ENDPOINT": ""]) == nil)
  }

  @Test func allKeysAreTaken() throws {
    let keys =
      "endpoint: https://c.example/base/, headers: { x-key: \"${env.KEY}\" }, sample: 10%, service: shop, "
      + "keep: { errors: true, slow: 1s }"
    let plan = try #require(try plan("tracing: { \(keys) }", ["KEY": "k"]))
    #expect(plan.place == FetchPlace("https://c.example", "/base/v1/traces"))
    #expect(plan.headers.revealed == [HeaderField("x-key", "k")] && !"\(plan)".contains("\"k\""))
    #expect(plan.sample == 0.1 && plan.followsParent && plan.service == "shop")
    #expect(plan.keep.errors && plan.keep.slow == .seconds(1) && plan.keep.isAny)
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let plan = try #require(try plan("tracing: { endpoint: \"http://c:4318\" }"))
    #expect(plan == TracingPlan(FetchPlace("http://c:4318", "/v1/traces")))
    #expect(plan.sample == 1 && plan.service == "weft" && !plan.keep.isAny)
  }

  @Test func theEnvironmentIsHeard() throws {
    let plan = try #require(
      try plan(
        nil,
        [
          "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/x", "OTEL_EXPORTER_OTLP_HEADERS": "a=1, b = x%20y",
          "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,zone=z", "OTEL_SERVICE_NAME": "shop",
          "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25",
        ]))
    #expect(plan.place == FetchPlace("http://c:4318", "/x/v1/traces"))
    #expect(plan.headers.revealed == [HeaderField("a", "1"), HeaderField("b", "x y")])
    #expect(plan.service == "shop" && plan.resource == [.init("zone", "z")])
    #expect(plan.sample == 0.25 && !plan.followsParent)
  }

  @Test func aWholeEndpointStaysAsItIs() throws {
    let names = [
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t:1/here", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318",
    ]
    #expect(try plan(nil, names)?.place == FetchPlace("http://t:1", "/here"))
  }

  @Test func theFileGoesBefore() throws {
    let environment = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_EXPORTER_OTLP_HEADERS": "a=1", "OTEL_SERVICE_NAME": "env",
      "OTEL_TRACES_SAMPLER": "always_off",
    ]
    let own = try #require(try plan("tracing: { endpoint: \"http://own:4318\" }", environment))
    // Its headers are for the collector that it names.
    #expect(own.place == FetchPlace("http://own:4318", "/v1/traces") && own.headers.revealed.isEmpty)
    #expect(own.service == "env" && own.sample == 0 && !own.followsParent)
    let rest = try #require(try plan("tracing: { sample: 20%, service: file }", environment))
    #expect(rest.place == FetchPlace("http://c:4318", "/v1/traces") && rest.headers.revealed.count == 1)
    #expect(rest.service == "file" && rest.sample == 0.2 && rest.followsParent)
  }

  @Test(arguments: ["OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none"])
  func theEnvironmentTurnsItOff(_ setting: String) throws {
    let parts = setting.split(separator: "=").map(String.init)
    #expect(try plan(nil, ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", parts[0]: parts[1]]) == nil)
  }

  @Test(arguments: [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "s3cret:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "s3cret"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "te=s3cret"), ("OTEL_TRACES_SAMPLER", "s3cret"),
    ("OTEL_RESOURCE_ATTRIBUTES", "=s3cret"),
  ])
  func whatIsWrongThereIsNamedAndNotShown(_ name: String, _ value: String) throws {
    let found = try faults(nil, ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"].merging([name: value]) { $1 })
    #expect(found.count == 1 && found[0].contains(name) && !found[0].contains("s3cret"), "\(found)")
  }

  @Test func aShareOutOfRangeIsTold() throws {
    let found = try faults(
      nil,
      [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "2",
      ])
    #expect(found.count == 1 && found[0].contains("OTEL_TRACES_SAMPLER_ARG"))
  }

  @Test func headersInTheClearAreWarnedOf() throws {
    let loaded = try load("tracing: { endpoint: \"http://c:4318\", headers: { x: y } }").get()
    #expect(loaded.warnings.all.map(\.headline).filter { $0.contains("without TLS") }.count == 1)
    let near = try load("tracing: { endpoint: \"http://127.0.0.1:4318\", headers: { x: y } }").get()
    #expect(near.warnings.all.isEmpty)
  }
}

import Testing

@testable import Limiting

struct LimitHeadersTests {
  private let counters = LocalCounters()

  private func fields(_ request: LimitRequest) -> [String] {
    counters.decide(request, at: .epoch).fields.map { "\($0.name): \($0.value)" }
  }

  @Test func aLimitTellsOfItselfOnAllowedAnswersToo() throws {
    let search = try limit("10/s+4", "search")
    #expect(fields(request(search)) == [#"RateLimit-Policy: "search";q=10;w=1"#, #"RateLimit: "search";r=3;t=1"#])
    #expect(fields(request(search, cost: 4)).first == "Retry-After: 1")
    #expect(fields(request(search, cost: 5)).first == #"RateLimit-Policy: "search";q=10;w=1"#)
  }

  @Test func theTightestComesFirst() throws {
    let limits = request(try limit("10/1m", "a"), try limit("2/month", "b"))
    #expect(
      fields(limits) == [
        #"RateLimit-Policy: "b";q=2;w=2678400, "a";q=10;w=60"#, #"RateLimit: "b";r=1;t=1440000, "a";r=9;t=60"#,
      ])
  }

  @Test func theRateTellsPoliciesOfOneNameApart() throws {
    let limits = request(try limit("10/s", "GET /x"), try limit("1000/day", "GET /x"))
    #expect(fields(limits)[0] == #"RateLimit-Policy: "GET /x 10/1s";q=10;w=1, "GET /x 1000/day";q=1000;w=86400"#)
  }

  @Test func aNameIsAStringOfStructuredFields() throws {
    let one = request(try limit("1/250ms", "a\"b\\ü\n"))
    #expect(fields(one)[1] == #"RateLimit: "a\"b\\%C3%BC%0A";r=0;t=1"#)
  }

  @Test func theOlderFieldsTellOfTheTightest() throws {
    let limits = request(try limit("10/1m+20", "a") { $0.headers = .separate }, try limit("3/1m", "b"))
    #expect(fields(limits) == ["RateLimit-Limit: 3", "RateLimit-Remaining: 2", "RateLimit-Reset: 60"])
    let one = request(try limit("10/1m+20", "a") { $0.headers = .separate }, by: "other")
    #expect(fields(one) == ["RateLimit-Limit: 20", "RateLimit-Remaining: 19", "RateLimit-Reset: 6"])
  }

  @Test func noneOfSeveralIsTheStrictest() throws {
    let limits = request(try limit("1/1m", "a") { $0.headers = .off }, try limit("3/1m", "b"))
    #expect(fields(limits).isEmpty)
    #expect(fields(limits) == ["Retry-After: 60"])
  }
}

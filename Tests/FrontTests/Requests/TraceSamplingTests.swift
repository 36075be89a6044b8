import Plans
import Testing

@testable import Front

/// Which requests spans are made of.
@Suite struct TraceSamplingTests {
  private func sampling(_ change: (inout TracingPlan) -> Void = { _ in }) -> TraceSampling {
    var plan = TracingPlan(FetchPlace("http://c:4318", "/v1/traces"))
    change(&plan)
    return TraceSampling(plan)
  }

  @Test func withoutTracingFlagsAreAsTheyWere() {
    #expect(TraceSampling.off.flags(traceLow: 1, inbound: nil) == 1)
    #expect(TraceSampling.off.flags(traceLow: 1, inbound: 0) == 0)
    #expect(!TraceSampling.off.records(1))
  }

  @Test func theShareIsOfTheTracesID() {
    let half = sampling { $0.sample = 0.5 }
    #expect(half.flags(traceLow: 1 << 63 - 1, inbound: nil) == 1 && half.flags(traceLow: 1 << 63, inbound: nil) == 0)
    #expect(sampling().flags(traceLow: .max, inbound: nil) == 1)
    #expect(sampling { $0.sample = 0 }.flags(traceLow: 0, inbound: nil) == 0)
  }

  @Test func theParentsFlagCounts() {
    #expect(sampling().flags(traceLow: 1, inbound: 0) == 0)
    #expect(sampling { $0.sample = 0 }.flags(traceLow: 1, inbound: 1) == 1)
    let alone = sampling {
      $0.sample = 0
      $0.followsParent = false
    }
    #expect(alone.flags(traceLow: 1, inbound: 1) == 0)
  }

  @Test func whatMayBeKeptIsRecorded() {
    #expect(sampling().records(1) && !sampling().records(0))
    #expect(sampling { $0.keep.slow = .seconds(1) }.records(0) && sampling { $0.keep.errors = true }.records(0))
  }

  /// Each attempt has a line of its own then.
  @Test func whatIsRecordedNamesNoSpanForAll() throws {
    var random = RandomIDs()
    let quiet = TraceContext(sampling { $0.sample = 0 }, &random)
    #expect(quiet.parent == nil && !quiet.isSampled && quiet.parentSpan == 0)
    let sampled = TraceContext(sampling(), &random)
    #expect(sampled.parent?.isSampled == true && sampled.isRecorded)
    let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    let continued = try #require(TraceContext(continuing: header, sampling(), &random))
    #expect(continued.parentSpan == 0xB7AD_6B71_6920_3331 && continued.span != continued.parentSpan)
    #expect(continued.parent?.traceHigh == 0x0AF7_6519_16CD_43DD)
  }
}

import Testing

@testable import HTTP2

@Suite struct ConnectionBoundsTests {
  /// A connection of a load balancer lives for weeks, and some requests on it are given up as their answer ends.
  @Test func streamErrorsAreBoundedInTimeAndNotInTheLifeOfAConnection() {
    #expect(HTTP2Connection.settings(headerBytes: 1024).maximumConnectionGlitches == .max)
  }
}

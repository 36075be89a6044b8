import Testing

@testable import HTTP2

@Suite struct InboundWindowTests {
  private var window = InboundWindow()
  private var left = InboundWindow.first
  private static let (first, full) = (InboundWindow.first, InboundWindow.full)

  /// The client sends as much; whoever reads it takes it at once, or not.
  private mutating func receive(_ bytes: Int, isTaken: Bool = true) -> Int? {
    if !isTaken { _ = window.hold(bytes) }
    left -= bytes
    window.set(left: left)
    return grant()
  }

  private mutating func grant() -> Int? {
    let bytes = window.grant()
    left += bytes ?? 0
    return bytes
  }

  @Test mutating func itIsOpenedAgainByHalfOfIt() {
    #expect(receive(1) == nil && receive(32_000) == nil)
    #expect(receive(1000) == 33_001 && left == Self.first)
  }

  @Test mutating func itIsFullOnceTwoFirstWindowsWereTaken() {
    #expect(receive(65_535) == 65_535)
    #expect(receive(32_767) == nil && receive(1) == 32_768)
    #expect(receive(32_766) == nil)
    #expect(receive(1) == Self.full - Self.first + 32_767 && left == Self.full)
    #expect(receive(Self.full / 2 - 1) == nil)
    #expect(receive(1) == Self.full / 2)
  }

  @Test mutating func whatIsHeldIsNotGivenBack() {
    #expect(receive(Self.first, isTaken: false) == nil)
    #expect(left == 0 && window.held == Self.first)
    _ = window.hold(-InboundWindow.least + 1)
    #expect(grant() == nil)
    _ = window.hold(-1)
    #expect(grant() == InboundWindow.least)
    #expect(receive(1) == nil)
  }

  @Test mutating func aFirstWindowDoesNotCountForTheConnection() {
    #expect(window.hold(60_000) == 0)
    #expect(window.hold(10_000) == 4465)
    #expect(window.hold(1) == 1)
    #expect(window.hold(-4000) == -4000)
    #expect(window.hold(-66_001) == -466 && window.held == 0)
  }

  @Test mutating func heldAndLeftAreNeverMoreThanAWindow() {
    while left < Self.full { _ = receive(left) }
    for _ in 0..<1000 {
      _ = receive(Int.random(in: 0...left), isTaken: Bool.random())
      #expect(left + window.held <= Self.full)
      _ = window.hold(-Int.random(in: 0...window.held))
      _ = grant()
      #expect(left + window.held <= Self.full)
    }
  }
}

import Plans
import Testing

@Suite struct CalendarDateTests {
  /// 2027-12-31T00:00:00Z, in milliseconds.
  private static let lastDay: Int64 = 1_830_211_200_000

  @Test(
    arguments: [
      ("2027-12-31", lastDay + 86_400_000), ("2028-02-29", 1_835_481_600_000), ("1970-01-01", 86_400_000),
      ("9999-12-31", 253_402_300_800_000),
    ] as [(String, Int64)])
  func aDateIsAWholeDay(_ text: String, _ end: Int64) {
    #expect(CalendarDate.end(of: text) == end)
  }

  @Test(
    arguments: [
      ("2027-12-31T00:00:00Z", 0), ("2027-12-31t18:00:00z", 64_800_000), ("2027-12-31T18:00:00.5Z", 64_800_500),
      ("2027-12-31T18:00:00.1239Z", 64_800_123), ("2027-12-31T01:00:00+01:00", 0),
      ("2027-12-30T23:30:00-00:30", 0), ("2027-12-31T05:45:00+05:45", 0),
    ] as [(String, Int64)])
  func anInstantHasItsZone(_ text: String, _ milliseconds: Int64) {
    #expect(CalendarDate.instant(text) == Self.lastDay + milliseconds)
  }

  @Test(arguments: [
    "2027-02-29", "2027-04-31", "2027-13-01", "2027-00-01", "2027-01-00", "2027-1-1", "20270101", "2027", "",
    "1969-12-31", "02027-01-01", "2027-01-01 ", "-2027-01-01", "2027-01-01T", "2027-01-01T10:00:00",
    "2027-01-01 10:00:00Z", "2027-01-01T10:00Z", "2027-01-01T24:00:00Z", "2027-01-01T10:60:00Z", "2027-01-01T10:00:60Z",
    "2027-01-01T10:00:00+1:00", "2027-01-01T10:00:00+24:00", "2027-01-01T10:00:00+0100", "2027-01-01T10:00:00.Z",
    "2027-02-30T10:00:00Z", "1830211200", "1830211200000", "tomorrow", "2027-01-01T10:00:00Zulu",
  ])
  func nothingIsGuessedAt(_ text: String) {
    #expect(CalendarDate.end(of: text) == nil && CalendarDate.instant(text) == nil)
  }
}

/// Dates of the shop's records, counted in minutes before the shop's fixed "now", so that data never depends on a
/// clock.
enum DateText {
  /// 2026-11-20T12:00:00Z in minutes since 1970.
  private static let now = 29_919_600

  /// RFC 3339, in UTC.
  static func before(minutes: Int) -> String {
    let total = now - minutes
    let (year, month, day) = civil(daysSince1970: total / 1440)
    let minute = total % 1440
    return "\(year)-\(two(month))-\(two(day))T\(two(minute / 60)):\(two(minute % 60)):00Z"
  }

  private static func two(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// Howard Hinnant's `civil_from_days`, for days from 1970 on.
  private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

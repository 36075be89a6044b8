/// What the text of a scalar may be, for editors: as near as a regular expression gets to what the decoder takes, and
/// never narrower.
struct ScalarForm {
  /// In the common ground of ECMA 262 and Python; `nil`: any text that is not empty.
  var pattern: String?
  /// Whole numbers that may be written without quotes.
  var numbers: ClosedRange<Int>?
  /// Evaluated at load, so that `${env.NAME}` may stand in it.
  var isSetting = true

  static let text = ScalarForm()
  /// Of an answer.
  static let status = ScalarForm(pattern: Pattern.template, numbers: 200...599, isSetting: false)

  static func setting(_ pattern: String, numbers: ClosedRange<Int>? = nil) -> ScalarForm {
    ScalarForm(pattern: pattern, numbers: numbers)
  }

  /// A form of its own, `${…}` and all.
  static func line(_ pattern: String) -> ScalarForm {
    ScalarForm(pattern: pattern, isSetting: false)
  }
}

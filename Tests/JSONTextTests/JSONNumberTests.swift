import JSONText
import Testing

@Suite struct JSONNumberTests {
  @Test(arguments: ["0", "-0", "1.10", "1e400", "-12.5E-3", "12345678901234567890"])
  func keepsItsText(_ text: String) {
    #expect(JSONNumber(text: text)?.text == text)
    #expect(JSONNumber(text: text)?.decimal == nil)
  }

  @Test(arguments: ["", "-", "+1", "01", "1.", ".5", "1e", "0x1", "NaN", "Infinity", " 1", "1 ", "1,0", "١"])
  func refuses(_ text: String) {
    #expect(JSONNumber(text: text) == nil)
  }

  @Test(
    arguments: [
      (0, 0, "0"), (0, 5, "0"), (0, -5, "0"), (7, 0, "7"), (-7, 2, "-700"), (110, -2, "1.10"), (-5, -1, "-0.5"),
      (1, -6, "0.000001"), (1, -7, "1e-7"), (123, -9, "1.23e-7"), (1, 20, "100000000000000000000"), (1, 21, "1e21"),
      (10, 21, "1e22"), (125, 300, "1.25e302"), (-125, -300, "-1.25e-298"), (.max, 0, "9223372036854775807"),
      (.min, 0, "-9223372036854775808"), (1_234_567_890_123, 12, "1234567890123000000000000"),
    ] as [(Int64, Int32, String)])
  func spelling(_ coefficient: Int64, _ exponent: Int32, _ text: String) {
    let number = JSONNumber(coefficient: coefficient, exponent: exponent)
    #expect(number.text == text)
    #expect(JSONNumber(text: number.text) != nil)
  }
}

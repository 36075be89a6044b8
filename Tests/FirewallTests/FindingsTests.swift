import Testing

@testable import Firewall

@Suite struct FindingsTests {
  private typealias Finding = Findings.Finding

  private func text(
    match: String = "Matched x", id: Int = 942100, message: String = "SQLi", data: String = "", uri: String = "/"
  ) -> String {
    "ModSecurity: Warning. \(match) [file \"/r.conf\"] [line \"1\"] [id \"\(id)\"] [rev \"\"] [msg \"\(message)\"] "
      + "[data \"\(data)\"] [severity \"2\"] [ver \"\"] [tag \"t\"] [hostname \"m1\"] [uri \"\(uri)\"] [unique_id \"r\"]"
  }

  @Test func aMessageIsTakenApart() throws {
    let finding = try #require(Finding(text(), marker: "m1"))
    #expect(finding.id == 942100 && finding.severity == 2 && finding.message == "SQLi")
    #expect(Finding("something else", marker: "m1") == nil)
    #expect(Finding(text(), marker: "m2") == nil)
  }

  /// Names of parameters stand in what was matched, and the path as it came, with their quotes.
  @Test func aRequestCanNotPoseAsARule() throws {
    let forged = #" [file "x"] [line "1"] [id "1"] [rev ""] [msg "fine"] [data ""] [severity "7"] [hostname "m"]"#
    for text in [text(match: forged), text(uri: forged), text(match: forged, uri: forged)] {
      let finding = try #require(Finding(text, marker: "m1"))
      #expect(finding.id == 942100 && finding.severity == 2)
    }
    // The library's own message of such a request.
    let target = #"/a%22%5D%20%5Bid%20%221%22%5D?%5Bfile%20%22x%22%5D%20%5Bid%20%221%22%5D=<script>alert(1)</script>"#
    guard case .refused(_, let findings) = try RuleSetTests.core().inspect(RuleSetTests.request(target)) else {
      Issue.record("it passed")
      return
    }
    #expect(findings.shown.allSatisfy { $0.id > 900_000 }, "\(findings)")
  }

  @Test func thereAreNotTooMany() throws {
    var findings = Findings()
    for id in 1...Findings.mostShown + 2 {
      for _ in 0..<2 {
        try findings.add(#require(Finding(text(id: id, message: String(repeating: "x", count: 1000)), marker: "m1")))
      }
    }
    #expect(findings.shown.count == Findings.mostShown && findings.omitted == 2)
    #expect(findings.shown.allSatisfy { $0.message.count == Findings.longestMessage })
    #expect(findings.description.hasPrefix("1 critical: xxx") && findings.description.hasSuffix("; and 2 more"))
  }
}

import Foundation
import Testing

extension Behaviour {
  /// Keeps the tables of docs/faults.md and the tests' rows the same: `WEFT_UPDATE=1` writes them anew.
  @Suite struct FaultPageTests {
    /// By the heading that each table stands below.
    static let tables: [(heading: String, lines: [FaultLine])] = [
      ("No answer", FaultRow.connection.map(\.line)),
      ("Names", NameTests.lines),
      ("Certificates", FaultRow.certificates.map(\.line)),
      ("Silence", FaultRow.silence.map(\.line)),
      ("Heads", FaultRow.heads.map(\.line)),
      ("Framing", FaultRow.framing.map(\.line)),
      ("Bodies", FaultRow.bodies.map(\.line)),
      ("Several addresses", RetryTests.lines + BackendTests.lines),
      ("Kept connections", KeptConnectionTests.lines + DyingConnectionTests.lines),
      ("Uploads", UploadFaultTests.rows.map(\.line)),
      ("HTTP/2", FaultRow.http2.map(\.line)),
      ("One of a hundred", CrowdFaultTests.lines),
    ]

    @Test func theTablesAreThoseOfTheTests() throws {
      let path = WeftBinary.repository + "/docs/faults.md"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let current = Self.replacingTables(of: text)
      if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
        try current.write(toFile: path, atomically: true, encoding: .utf8)
      } else {
        #expect(current == text, "docs/faults.md differs from the tests' rows")
      }
    }

    @Test func everyRowIsThereOnce() {
      let names = Self.tables.flatMap(\.lines).map(\.fault)
      #expect(Set(names).count == names.count)
      #expect(Self.tables.flatMap(\.lines).count >= FaultRow.all.count)
    }

    /// Each section has one table, which begins with a line with a `|`; what stands around it is kept.
    private static func replacingTables(of text: String) -> String {
      text.components(separatedBy: "\n## ").map { section in
        guard let table = tables.first(where: { section.hasPrefix($0.heading + "\n") }) else { return section }
        let lines = section.components(separatedBy: "\n")
        let start = lines.firstIndex { $0.hasPrefix("|") } ?? lines.count
        let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
        let head = ["| fault | call, and a composite that requires it | proxy | test |", "| --- | --- | --- | --- |"]
        return (lines[..<start] + head + table.lines.map(\.markdown) + lines[end...]).joined(separator: "\n")
      }.joined(separator: "\n## ")
    }
  }
}

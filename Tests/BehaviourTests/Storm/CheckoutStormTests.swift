import Foundation
import Testing

extension Behaviour {
  /// `make stress-writes`, a small one: faults of every kind, clients that leave, reloads and restarts, judged by the books
  /// of the services.
  @Suite struct CheckoutStormTests {
    static let python = "/usr/bin/python3"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python), "it is a script"))
    func allIsDoneOrNothingOrTheLogTells() throws {
      let script = "\(WeftBinary.repository)/stress/writes.py"
      let size = ["--checkouts", "126", "--turn", "3", "--lanes", "6", "--seed", "1"]
      let storm = try ChildProcess(Self.python, [script, "--binary", WeftBinary.path()] + size)
      // It ends by itself, with a bound of its own.
      var status: Int32?
      for _ in 0..<8 where status == nil { status = storm.waitForExit() }
      #expect(status == 0, "\(storm.output.text)\(storm.errors.text)")
    }
  }
}

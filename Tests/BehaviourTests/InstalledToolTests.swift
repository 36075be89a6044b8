import Foundation
import Testing

extension Behaviour {
  /// Tests that need a program are left out where it is missing, which nobody would see in a run that installs them all: here
  /// it fails.
  @Suite struct InstalledToolTests {
    /// `make test` says `WEFT_STRICT=1`, after `scripts/install-packages`, which can install where there is apt.
    private static let areInstalled =
      ProcessInfo.processInfo.environment["WEFT_STRICT"] == "1"
      && FileManager.default.isExecutableFile(atPath: "/usr/bin/apt-get")

    @Test(
      .enabled(if: areInstalled, "make test installs them, where there is apt"),
      arguments: [
        Browser.path, Promtool.path, "/usr/bin/curl", "/usr/bin/openssl", "/usr/sbin/nghttpd", "/usr/bin/python3",
        "/usr/bin/redis-server",
      ])
    func isThere(_ program: String) {
      #expect(
        FileManager.default.isExecutableFile(atPath: program), "see TEST_PACKAGES in the Makefile for \(program)")
    }
  }
}

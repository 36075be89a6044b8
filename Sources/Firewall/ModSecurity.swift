import CModSecurity
import Locking

/// *Immutable*, but for what the library itself guards: transactions of several threads may share rules. Its parser of
/// rules has one state for all, and is *guarded by a mutex* here. libmodsecurity, loaded when it is first asked for, and
/// never let go of.
package final class ModSecurity: @unchecked Sendable {
  /// What Debian calls it.
  private static let library = "libmodsecurity.so.3"

  /// The process' own.
  package static let shared = load(library)

  let calls: weft_msc
  let handle: UnsafeMutableRawPointer
  /// Stands in the library's messages for the server's address, between what a rule says and the request's path: nobody
  /// can guess it, so that no request can pose as what a rule says.
  let marker: String
  private let parser = Locked(())

  private init(_ calls: weft_msc, _ handle: UnsafeMutableRawPointer) {
    self.calls = calls
    self.handle = handle
    marker = "weft-" + String(UInt64.random(in: .min ... .max), radix: 16)
    calls.set_log_cb(handle, Findings.note)
  }

  /// One at a time. Blocks.
  func parse(_ add: () -> Int32) -> Int32 { parser.withLock { _ in add() } }

  package static func load(_ library: String) -> Result<ModSecurity, RuleFault> {
    let calls = UnsafeMutablePointer<weft_msc>.allocate(capacity: 1)
    defer { calls.deallocate() }
    let fault = weft_msc_load(library, calls)
    guard fault == nil, let handle = calls.pointee.`init`() else {
      let reason = fault.map { String(cString: $0) } ?? "it does not begin"
      return .failure(
        RuleFault("`waf` needs libmodsecurity, which can't be loaded: \(reason)", hint: "install `libmodsecurity3`"))
    }
    return .success(ModSecurity(calls.pointee, handle))
  }
}

/// Why there are no rules to inspect by, in words for who wrote the definition.
package struct RuleFault: Error, Equatable, Sendable {
  package let message: String
  package let hint: String?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}

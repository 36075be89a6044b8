import CFuzzer
import Glibc

// weft-fuzz TARGET [libFuzzer's options, folders and files]
// One program for all targets, so that the instrumented code is built and linked once.

/// Set once, before libFuzzer runs.
nonisolated(unsafe) var chosen = FuzzTarget.json

guard CommandLine.argc > 1, let name = CommandLine.unsafeArgv[1],
  let target = FuzzTarget(rawValue: String(cString: name))
else {
  print("weft-fuzz TARGET [OPTION…] [FOLDER or FILE…]; targets: \(FuzzTarget.allCases.map(\.rawValue))")
  exit(64)
}
chosen = target
var count = CommandLine.argc - 1
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
arguments?.pointee = CommandLine.unsafeArgv[0]
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    chosen.run(UnsafeRawBufferPointer(start: data, count: size))
    return 0
  })

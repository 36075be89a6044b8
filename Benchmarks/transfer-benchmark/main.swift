import Glibc
import Reactor
import Timing
import Transfers

// CPU time per transfer on one loop, against a backend in a child process on loopback:
//
//   swift run -c release transfer-benchmark [transfers] [concurrency] [bytes]
//
// The floor is a bare `curl_multi` with epoll in C: docs say 16 µs where it was first measured.

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "--backend" {
  Backend.serve(bytes: Int(arguments[2]) ?? 900)
}

let concurrency = max(4, (arguments.count > 2 ? Int(arguments[2]) ?? 64 : 64) / 4 * 4)
/// A whole number for each client.
let transfers = max(1, (arguments.count > 1 ? Int(arguments[1]) ?? 200_000 : 200_000) / concurrency) * concurrency
let bytes = arguments.count > 3 ? Int(arguments[3]) ?? 900 : 900

let backend = try Backend.start(bytes: bytes)
defer { backend.stop() }
let reactor = Reactor(name: "benchmark")
let loop = TransferLoop(reactor: reactor)
reactor.start()

let measurement = Measurement(loop: loop, origin: Origin(address: "http://127.0.0.1:\(backend.port)"))
print("\(transfers) transfers of \(bytes) bytes, \(concurrency) at once")
for round in 1...3 {
  print("round \(round)")
  await measurement.report("buffered", transfers) { await $0.buffered(transfers, concurrency) }
  await measurement.report("groups of four", transfers) { await $0.groups(transfers, concurrency) }
  await measurement.report("streamed", transfers) { await $0.streamed(transfers, concurrency) }
}
loop.shutdown()

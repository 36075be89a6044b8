// The cost of the front alone, or with one transfer behind it:
//   hello PORT THREADS            answers GET /hello
//   hello PORT THREADS BACKEND    passes everything on to http://HOST:PORT
// Load it with `wrk -t1 -c64 -d10 http://127.0.0.1:PORT/hello`; the CPU time of the process over wrk's number of
// requests is the figure.
import Front
import Glibc
import Logging
import Messages
import NIOPosix
import Plans
import Reactor
import Transfers
import Upstream

let arguments = CommandLine.arguments
guard arguments.count >= 3, let port = Int(arguments[1]), let threads = Int(arguments[2]) else {
  print("usage: hello PORT THREADS [BACKEND]")
  exit(64)
}
let logger = Logger(label: "hello")
let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
let body = Array(#"{"hello":"world"}"#.utf8)
var entries = [Router.Entry(.only(["GET"]), PathPattern(segments: [.literal("hello")]))]
var endpoints: [any Endpoint] = [
  ReplyEndpoint { _ in
    Reply(status: 200, headers: [HeaderField("Content-Type", "application/json")], body: body)
  }
]
if arguments.count > 3 {
  let location = SourceLocation(file: "hello", line: 1, column: 1)
  let backend = BackendPlan(name: "b", addresses: [.init(origin: arguments[3])], location: location)
  let backends = Backends([backend])
  let lanes = (0..<threads).map { index in
    let reactor = Reactor(name: "transfer-\(index)")
    let loop = TransferLoop(reactor: reactor)
    reactor.start()
    return TransferLane(reactor: reactor, client: UpstreamClient(backends: backends, loop: loop))
  }
  var plan = ProxyPlan(
    request: try RequestTemplate.compile("b /${path.rest}", backends: ["b"], rest: "rest", isProxy: true))
  plan.reads.path = .all
  entries = [Router.Entry(.any, PathPattern(segments: [.rest("rest")]), isProxy: true)]
  endpoints = [ProxyEndpoint(plan, backend: backend, lanes: lanes, logger: logger)]
}
let server = try await HTTPServer.start(
  on: ListenAddress(host: "127.0.0.1", port: port), group: group,
  site: Site(router: Router(entries), endpoints: endpoints), settings: ServerSettings(logger: logger))
print("listening on \(server.address)")
try await Task.sleep(for: .seconds(3600))

import Foundation
import Glibc
import TestSockets
import Testing

extension Behaviour {
  /// Several addresses of one gateway.
  @Suite struct ListenerTests {
    private static let routes = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /static: { response: { of: "${client.ip}" } }
        GET /call: { calls: { v: GET b1 /call } }
      """

    private static func start(_ listen: String, in folder: TemporaryFolder, backend: String = "http://127.0.0.1:1")
      throws -> GatewayProcess
    {
      try GatewayProcess(
        files: [
          "main.yaml": routes,
          "gateway.yaml": "threads: 1\nlisten: \(listen.replacingOccurrences(of: "FOLDER", with: folder.path))\n",
        ], environment: ["B1": backend])
    }

    @Test func allServeTheSame() throws {
      let folder = try TemporaryFolder(files: [:])
      let backend = try ScriptedBackend(json: "17")
      defer { backend.stop() }
      let gateway = try Self.start(
        #"[{ address: "x:1" }, "127.0.0.1:0", { address: "[::1]:0" }, { address: "unix:FOLDER/weft.sock" }]"#,
        in: folder, backend: backend.url)
      let said = gateway.child.output.text
      let urls = said.matches(of: #/listening on (http\S+)/#).map { String($0.1) }
      try #require(urls.count == 3, "\(said)")
      #expect(said.contains("listening on unix:\(folder.path)/weft.sock\n"))
      for url in urls { #expect(try Curl.run("\(url)/call") == #"{"v":17}"#) }
      #expect(try Curl.run("\(urls[2])/static") == #"{"of":"::1"}"#)
      let socket = "\(folder.path)/weft.sock"
      #expect(try Curl.run("--unix-socket", socket, "http://x/call") == #"{"v":17}"#)
      #expect(try Curl.run("--unix-socket", socket, "http://x/static") == #"{"of":""}"#)
      try gateway.stopInOrder()
      #expect(!FileManager.default.fileExists(atPath: socket), "its file is left behind")
    }

    /// One bound for all of them.
    @Test func boundsAreOfTheProcess() throws {
      let folder = try TemporaryFolder(files: [:])
      let gateway = try GatewayProcess(
        files: [
          "main.yaml": Self.routes,
          "gateway.yaml": """
          threads: 1
          listen: [{ address: "x:1" }, { address: "unix:\(folder.path)/weft.sock" }]
          limits: { connections: 1 }
          """,
        ], environment: ["B1": "http://127.0.0.1:1"])
      let kept = try RawClient(port: gateway.port)
      try kept.send("GET /static")
      #expect(try kept.receive()?.status == 200)
      let socket = "\(folder.path)/weft.sock"
      #expect(
        try Curl.run("-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", socket, "http://x/static") == "503")
      try gateway.stopInOrder()
    }

    @Test(arguments: [(nil, 0o660), ("\"0600\"", 0o600), ("\"0777\"", 0o777)] as [(String?, Int)])
    func aSocketsFileHasItsMode(_ mode: String?, _ expected: Int) throws {
      let folder = try TemporaryFolder(files: [:])
      let gateway = try Self.start(
        #"[{ address: "x:1" }, { address: "unix:FOLDER/weft.sock"\#(mode.map { ", mode: \($0)" } ?? "") }]"#, in: folder
      )
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/weft.sock")
      #expect((attributes[.posixPermissions] as? Int) == expected)
      try gateway.stopInOrder()
    }

    /// What an ended process has left is replaced; what somebody listens on, and what is no socket, is not.
    @Test func aSocketsFileIsTakenWhereItIsFree() throws {
      let folder = try TemporaryFolder(files: ["file.sock": "not mine"])
      close(Loopback.bind(path: "\(folder.path)/left.sock"))
      let gateway = try Self.start(#"[{ address: "x:1" }, { address: "unix:FOLDER/left.sock" }]"#, in: folder)
      #expect(try Curl.run("--unix-socket", "\(folder.path)/left.sock", "http://x/static") == #"{"of":""}"#)
      for (name, why) in [("left", "Address already in use"), ("file", "File exists")] {
        let failure = #expect(throws: ChildProcess.Failure.self) {
          try Self.start(#"[{ address: "x:1" }, { address: "unix:FOLDER/\#(name).sock" }]"#, in: folder)
        }
        let said = failure?.child.errors.text ?? ""
        #expect(said.contains("unix:\(folder.path)/\(name).sock") && said.contains(why), "\(said)")
      }
      #expect(try String(contentsOfFile: "\(folder.path)/file.sock", encoding: .utf8) == "not mine")
      #expect(try Curl.run("--unix-socket", "\(folder.path)/left.sock", "http://x/static") == #"{"of":""}"#)
      try gateway.stopInOrder()
    }

    /// `[::]` is every address of both families.
    @Test func bothFamilies() throws {
      let folder = try TemporaryFolder(files: [:])
      let gateway = try Self.start(#"[{ address: "x:1" }, "[::]:0"]"#, in: folder)
      let ports = gateway.child.output.text.matches(of: #/listening on http:\/\/\S+:(\d+)/#).map { String($0.1) }
      #expect(try Curl.run("http://127.0.0.1:\(ports[1])/static") == #"{"of":"127.0.0.1"}"#)
      #expect(try Curl.run("http://[::1]:\(ports[1])/static") == #"{"of":"::1"}"#)
      try gateway.stopInOrder()
    }
  }
}

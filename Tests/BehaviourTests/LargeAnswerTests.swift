import Foundation
import Testing

extension Behaviour {
  /// Large answers over kept connections to clients that read at different paces, so that transfers pause and go on.
  @Suite struct LargeAnswerTests {
    static let clients = 16
    /// In all; about a mebibyte each.
    static let answers = Sanitizer.share(of: 480)

    @Test func noneOfManyBreaksOff() async throws {
      let backend = try ScriptedBackend { request in
        var answer = ScriptedAnswer()
        answer.pieces = [LargeBody.of(Int(request.target.dropFirst()) ?? 0)]
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes:\n  GET /:n: { proxy: \"b1 /${path.n}\" }\n",
        backends: [backend.url])
      let wrong = await withTaskGroup(of: [String].self) { group in
        for client in 0..<Self.clients {
          group.addTask { Self.ask(client, port: gateway.port) }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      #expect(wrong.isEmpty, "\(wrong.count) clients, such as \(wrong.first ?? "")")
      #expect(backend.connectionCount < Self.answers / 4, "connections to the backend are used again")
      try gateway.stopInOrder()
    }

    /// Asks for every sixteenth, one after the other, over one connection; says what was wrong with the first that was.
    private static func ask(_ client: Int, port: UInt16) -> [String] {
      do {
        let isSlow = client % 2 == 1
        let connection = try RawClient(port: port, receiveBuffer: isSlow ? 32 * 1024 : nil)
        for number in stride(from: client, to: answers, by: clients) {
          try connection.send("GET /\(number)")
          let right = try LargeBody.receive(number, from: connection, pausing: isSlow ? 300 : 0)
          if right < LargeBody.count(number) { return ["\(number): right up to byte \(right)"] }
        }
        return []
      } catch {
        return ["\(client): \(error)"]
      }
    }
  }
}

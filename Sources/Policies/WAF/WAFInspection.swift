import Firewall
import Front
import NIOHTTP1

/// The threads on which requests are inspected.
package typealias InspectionThreads = BlockingThreads<WAFInspection>

extension InspectionThreads {
  /// Requests that wait, beside those that are being inspected.
  private static let mostWaiting = 256
  /// Of one that waits.
  private static let patience: Duration = .seconds(2)

  package convenience init(count: Int) {
    self.init(name: "waf", count: count, mostWaiting: Self.mostWaiting, patience: Self.patience)
  }
}

/// One request at the stage that inspects it. A value; nobody changes the request while it waits there.
package struct WAFInspection: BlockingWork {
  let exchange: Exchange
  let stage: WAFStage

  /// Blocks for as long as the rules take. Whose client has left meanwhile is not looked at.
  package func run() {
    guard exchange.isAwaited else { return }
    let verdict = stage.plan.rules.inspect(inspected)
    exchange.onLoop { exchange.resume(stage.step(verdict, exchange)) }
  }

  /// It waited in vain. Not at once: the stage may just have begun this.
  package func giveUp() {
    exchange.soonOnLoop { exchange.resume(stage.tooMany(exchange)) }
  }

  private var inspected: InspectedRequest {
    let request = exchange.request
    let opaque = request.opaque
    var fields = request.headers.filter { !opaque.contains($0.name) }
      .map { (name: $0.name, value: Array($0.value.utf8)) }
    fields += opaque.lines.map { (name: $0.name, value: $0.value) }
    // What HTTP/2 says elsewhere, and rules look for here.
    if !request.headers.contains(name: "host") { fields.append(("Host", Array(request.authority.utf8))) }
    let saysLength = request.headers.contains(name: "content-length")
    if let body = request.body, !saysLength, !request.headers.contains(name: "transfer-encoding") {
      fields.append(("Content-Length", Array("\(body.count)".utf8)))
    }
    return InspectedRequest(
      method: request.method, target: request.target, client: request.client.address, id: request.client.requestID,
      fields: fields, body: request.body)
  }
}

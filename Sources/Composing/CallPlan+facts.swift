import Messages
import Plans

extension CallPlan {
  package var isSafe: Bool { SafeMethod.contains(request.method) }

  /// The client's goes along, where it sends one: the method is unsafe, and the call sets none itself.
  package var sendsIdempotencyKey: Bool {
    !isSafe && !headers.contains { $0.name.lowercased() == "idempotency-key" }
  }

  /// What the templates that form this call's requests read, the fallback apart.
  var requestReferences: [TemplateReference] {
    var all = request.references + headers.flatMap(\.value.references)
    all += when?.references ?? []
    all += body?.references ?? []
    all += each?.list.references ?? []
    all += cache?.references ?? []
    return all
  }
}

extension CompositePlan {
  /// Some expression of the answer is more than a path.
  var isComputed: Bool {
    let texts = [status].compactMap(\.self) + responseHeaders.map(\.value) + (cache?.tags ?? [])
    return response?.isComputed ?? false || texts.contains(where: \.isComputed)
  }

  var references: [TemplateReference] {
    var all = response?.references ?? []
    all += status?.references ?? []
    all += responseHeaders.flatMap(\.value.references)
    all += cache?.references ?? []
    all += calls.flatMap { $0.requestReferences + ($0.fallback?.references ?? []) }
    return all
  }
}

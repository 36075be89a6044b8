import Messages
import Plans

extension CallPlan {
  package var isSafe: Bool { SafeMethod.contains(request.method) }

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
  var references: [TemplateReference] {
    var all = response?.references ?? []
    all += status?.references ?? []
    all += responseHeaders.flatMap(\.value.references)
    all += cache?.references ?? []
    all += calls.flatMap { $0.requestReferences + ($0.fallback?.references ?? []) }
    return all
  }
}

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

extension TextTemplate {
  /// Reads something, and nothing but inputs of the client's request.
  var readsOnlyRequest: Bool {
    !references.isEmpty
      && references.allSatisfy { $0.path.first.flatMap(ScopeName.init(rawValue:))?.isRequestInput ?? false }
  }
}

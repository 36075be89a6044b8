import Messages
import Plans

extension CallPlan {
  /// What the templates that form this call's requests read, the fallback apart.
  var requestReferences: [TemplateReference] {
    var all = request.references + headers.flatMap(\.value.references)
    all += when?.references ?? []
    all += body?.references ?? []
    all += each?.list.references ?? []
    all += cache?.references ?? []
    if case .template(let template) = idempotencyKey { all += template.references }
    if let compensation {
      all += compensation.request.references + compensation.headers.flatMap(\.value.references)
      all += compensation.body?.references ?? []
    }
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

import JMESPath
import Plans

extension CallPlan {
  /// RFC 9110 §9.2.1, without TRACE.
  var isSafe: Bool { request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS" }

  /// What the templates that form this call's requests read, the fallback apart.
  var requestReferences: [Expression.Reference] {
    var all = request.references + headers.flatMap(\.value.references)
    all += when?.references ?? []
    all += body?.references ?? []
    all += each?.list.references ?? []
    return all
  }
}

extension CompositePlan {
  var references: [Expression.Reference] {
    var all = response?.references ?? []
    all += status?.references ?? []
    all += responseHeaders.flatMap(\.value.references)
    all += calls.flatMap { $0.requestReferences + ($0.fallback?.references ?? []) }
    return all
  }
}

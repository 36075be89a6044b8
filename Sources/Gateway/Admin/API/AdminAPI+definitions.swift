import Definitions
import Front
import JSONText
import Plans
import Timing

extension AdminAPI {
  /// `GET /api/cache`.
  func cache() -> JSONObject {
    let kept = generations.serving.kept
    var answer = JSONObject()
    answer.append("cache", kept.cache.map { CacheReport.value($0) } ?? .null)
    return answer
  }

  /// `GET /api/definitions`: what is served, without its secrets.
  func definitions() -> JSONObject {
    let serving = generations.serving
    let plan = serving.generation.plan
    var answer = JSONObject()
    answer.append("fingerprint", .string(plan.fingerprint))
    answer.append("lastReload", serving.lastReload?.json ?? .null)
    answer.append(
      "files",
      .array(
        plan.sources.map { source in
          ["name": .string(source.name), "text": source.shown.map { .string($0) } ?? .null]
        }))
    return answer
  }
}

extension LastReload {
  fileprivate var json: JSONValue {
    let time = Timestamp.text(
      seconds: Int(clamping: at.milliseconds / 1000), milliseconds: Int(clamping: at.milliseconds % 1000))
    switch outcome {
    case .done(let report): return ["time": .string(time), "result": "done", "text": .string(report.text)]
    case .refused(let found): return ["time": .string(time), "result": "refused", "text": .string(found.text)]
    case .stopping: return ["time": .string(time), "result": "stopping", "text": ""]
    }
  }
}

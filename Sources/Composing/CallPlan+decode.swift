import JSONText
import Messages
import Plans

extension CallPlan {
  /// Judges a response by the call's rules. `milliseconds` of the result only says whether a transfer was begun.
  package func decode(_ response: CallResponse, exposingErrors: Bool = false) -> CallRecord {
    var record = judged(response, exposingErrors: exposingErrors)
    guard record.outcome.isFailure, let stale = response.stale else { return record }
    let earlier = judged(CallResponse(stale), exposingErrors: false)
    guard !earlier.outcome.isFailure else { return record }
    record.value = earlier.value
    record.used = .stale
    return record
  }

  private func judged(_ response: CallResponse, exposingErrors: Bool) -> CallRecord {
    var record: CallRecord
    switch response.result {
    case .response(let status, let headers, let body):
      record = decode(status: status, body: body, fault: response.bodyFault, exposingErrors: exposingErrors)
      record.status = status
      record.headers = headers
    case .failure(let failure):
      record = CallRecord(failure: failure)
    }
    if let note = response.note, record.outcome.isFailure {
      record.detail = record.detail.map { "\($0); \(note)" } ?? note
    }
    record.milliseconds = response.wasSent ? 0 : nil
    record.attempts = response.attempts
    record.cache = response.cache
    record.cacheLevel = response.cacheLevel
    return record
  }

  private func decode(status: Int, body: [UInt8], fault: String?, exposingErrors: Bool) -> CallRecord {
    if absent.contains(status) { return CallRecord(.absent) }
    guard accept.contains(status) else {
      var record = CallRecord(.status)
      record.detail = "status \(status)"
      if exposingErrors { record.exposedBody = body }
      return record
    }
    if fault == nil, status == 204 || body.isEmpty { return CallRecord(.ok) }
    do throws(UnreadableBody) {
      if let fault { throw UnreadableBody(reason: fault) }
      return CallRecord(.ok, value: try value(of: body))
    } catch {
      var record = CallRecord(.invalid)
      record.detail = error.reason
      return record
    }
  }

  private func value(of body: [UInt8]) throws(UnreadableBody) -> JSONValue {
    let value: JSONValue
    switch decoding {
    case .json:
      do throws(JSONError) {
        value = .slice(try JSONText(body).root)
      } catch {
        throw UnreadableBody(reason: "not JSON: \(error)")
      }
    case .text:
      guard let text = String(validating: body, as: UTF8.self) else {
        throw UnreadableBody(reason: "text that is not UTF-8")
      }
      value = .string(text)
    }
    guard let select else { return value }
    do throws(RenderFailure) {
      return try select.value(of: value)
    } catch {
      throw UnreadableBody(reason: "select: \(error.message)")
    }
  }
}

/// The reason why a body could not become a value.
private struct UnreadableBody: Error {
  let reason: String
}

extension CallRecord {
  init(failure: CallFailure) {
    switch failure {
    case .timeout:
      self.init(.timeout)
    case .queue:
      self.init(.queue)
    case .cancelled:
      self.init(.cancelled)
    case .connect(let detail):
      self.init(.connect)
      self.detail = detail
    case .invalid(let detail):
      self.init(.invalid)
      self.detail = detail
    case .circuitOpen(let seconds):
      self.init(.circuitOpen)
      retryAfter = seconds
    }
  }
}

import JSONText
import Messages
import Plans

extension Composition {
  /// Judges a reply by the call's rules. `milliseconds` of the result only says whether a transfer was begun.
  func decode(_ reply: CallReply, call index: Int) -> CallRecord {
    var record: CallRecord
    switch reply.result {
    case .response(let status, let headers, let body):
      record = decode(status: status, body: body, call: plan.calls[index])
      record.status = status
      record.headers = headers
    case .failure(let failure):
      record = CallRecord(failure: failure)
    }
    record.milliseconds = reply.wasSent ? 0 : nil
    return record
  }

  private func decode(status: Int, body: [UInt8], call: CallPlan) -> CallRecord {
    if call.absent.contains(status) { return CallRecord(.absent) }
    guard call.accept.contains(status) else {
      var record = CallRecord(.status)
      record.detail = "status \(status)"
      if plan.exposeErrors { record.exposedBody = body }
      return record
    }
    if status == 204 || body.isEmpty { return CallRecord(.ok) }
    do {
      return CallRecord(.ok, value: try value(of: body, call))
    } catch {
      var record = CallRecord(.invalid)
      record.detail = error.message
      return record
    }
  }

  private struct Unreadable: Error {
    let message: String
  }

  private func value(of body: [UInt8], _ call: CallPlan) throws(Unreadable) -> JSONValue {
    let value: JSONValue
    switch call.decoding {
    case .json:
      do {
        value = .slice(try JSONText(body).root)
      } catch {
        throw Unreadable(message: "not JSON: \(error)")
      }
    case .text:
      guard let text = String(validating: body, as: UTF8.self) else {
        throw Unreadable(message: "text that is not UTF-8")
      }
      value = .string(text)
    }
    guard let select = call.select else { return value }
    do throws(RenderFailure) {
      return try select.value(of: value)
    } catch {
      throw Unreadable(message: "select: \(error.message)")
    }
  }
}

extension CallRecord {
  init(failure: CallReply.Failure) {
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

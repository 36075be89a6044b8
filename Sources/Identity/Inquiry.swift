import Front
import Hashing
import Messages
import Plans
import Timing

/// The way to a backend that is asked about clients. A test scripts one.
package protocol Inquiry: Sendable {
  /// Makes the request; equal ones have one answer, so that nothing in it is of this client but what the definition reads.
  /// On the front loop. Throws where what the client has sent makes none.
  func request(for exchange: Exchange) throws(RenderFailure) -> CallRequest

  /// Sends it, with a deadline of its own. `completion` is called once, on any thread, and not before this returns.
  func send(_ request: CallRequest, for exchange: Exchange, completion: @escaping @Sendable (CallResponse) -> Void)
}

/// A provider's questions, each asked once for all who ask the same, and its answers for as long as they hold. *Immutable*,
/// but for their memory, which has its own guard.
struct Inquiries: Sendable {
  private let provider: String
  private let inquiry: any Inquiry
  private let memory = VerdictMemory()

  /// What a backend said, but for 5xx. A value.
  struct Reply {
    let status: Int
    let headers: [HeaderField]
    /// No longer than `InquiryPlan.longestAnswer`.
    let body: [UInt8]
  }

  /// For how long the verdict holds is part of it.
  typealias Reader = @Sendable (Reply) -> (Verdict, Duration)

  init(of provider: String, by inquiry: any Inquiry) {
    self.provider = provider
    self.inquiry = inquiry
  }

  /// As `IdentityProvider.verify`.
  /// - Parameters:
  ///   - complete: adds to the request what no template has.
  ///   - read: called on any thread, where there is a reply.
  func verdict(
    for exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void,
    completing complete: (inout CallRequest) -> Void = { _ in }, read: @escaping Reader
  ) -> Verdict? {
    let request: CallRequest
    do throws(RenderFailure) {
      var made = try inquiry.request(for: exchange)
      complete(&made)
      request = made
    } catch {
      return .invalid("\(provider) can't be asked of this request: \(error.message)")
    }
    return memory.verdict(of: Hash256(request), later: later) { completion in
      inquiry.send(request, for: exchange) { response in
        let (verdict, lifetime) = verdict(of: response, read: read)
        completion(verdict, lifetime)
      }
    }
  }

  /// Tells where nobody answers from answers that say nothing: a client may have brought about the latter, by a header that
  /// is too long for whoever is asked, or by holding all places.
  func verdict(of response: CallResponse, read: Reader) -> (Verdict, Duration) {
    switch response.result {
    case .failure(let failure):
      let why = failure.detail ?? failure.outcome
      switch failure {
      case .timeout, .connect, .circuitOpen: return (unavailable(why), .zero)
      case .queue, .invalid, .cancelled: return (unknown(why), .zero)
      }
    case .response(let status, _, _) where status >= 500: return (unavailable("status \(status)"), .zero)
    case .response(let status, let headers, let body):
      if let fault = response.bodyFault { return (unknown(fault), .zero) }
      guard body.count <= InquiryPlan.longestAnswer else {
        return (unknown("its answer is longer than \(InquiryPlan.longestAnswer.bytesWritten)"), .zero)
      }
      return read(Reply(status: status, headers: headers, body: body))
    }
  }

  /// - Parameter why: for the log.
  func unknown(_ why: String) -> Verdict { .unknown("\(provider) can't be asked: \(why)") }

  private func unavailable(_ why: String) -> Verdict { .unavailable("\(provider) can't be asked: \(why)") }
}

extension Hash256 {
  /// Of all that the backend is told by a request.
  fileprivate init(_ request: CallRequest) {
    var digest = Digest.ofProcess()
    digest.update(counted: request.method)
    digest.update(counted: request.target)
    digest.update(request.headers.count)
    for field in request.headers {
      digest.update(counted: field.name)
      digest.update(counted: field.value)
    }
    request.body?.withUnsafeBytes { digest.update($0) }
    self.init(digest)
  }
}

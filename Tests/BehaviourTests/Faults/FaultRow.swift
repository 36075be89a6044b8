import Testing

/// A backend's fault and what a gateway makes of it; a row of docs/faults.md.
struct FaultRow: Sendable, CustomTestStringConvertible {
  /// What a composite gets of the call.
  enum CallEnd: Sendable {
    /// An outcome's word; a required call's composite answers with the problem status that belongs to it.
    case failed(String)
    /// `status`, of the answer; the problem status of a composite that requires it.
    case status(Int, problem: Int)
    /// A success; the value as JSON.
    case value(String)
  }

  /// What the client of a proxy route gets.
  enum ProxyEnd: Sendable {
    case problem(Int)
    /// The connection ends before the body does.
    case brokenOff
    /// The status, and the body as it came.
    case passedOn(Int, [UInt8])
  }

  var name: String
  var origin: FaultyOrigin
  var call: CallEnd
  var proxy: ProxyEnd
  /// Of the client's request to the proxy route; composites ask with GET.
  var method = "GET"
  /// How often the backend gets a request that it spoils; `nil` where it can't count.
  var attempts: Int? = 1
  /// Of the calls, and the proxy's times to the head and between bytes. Short where the fault is silence.
  var time = "10s"

  var testDescription: String { name }

  /// For docs/faults.md.
  var line: FaultLine {
    FaultLine(fault: name, call: call.description, proxy: proxy.description, test: "everyFaultHasItsOutcome")
  }
}

extension FaultRow.CallEnd: CustomStringConvertible {
  /// Of a composite that requires the call.
  var requiredStatus: Int {
    switch self {
    case .failed("timeout"): 504
    case .failed: 502
    case .status(_, let problem): problem
    case .value: 200
    }
  }

  var description: String {
    switch self {
    case .failed(let word): "`\(word)`, \(requiredStatus)"
    case .status(let status, let problem): "`status` \(status), \(problem)"
    case .value("null"): "`ok`: `null`"
    case .value: "`ok`"
    }
  }
}

extension FaultRow.ProxyEnd: CustomStringConvertible {
  var description: String {
    switch self {
    case .problem(let status): "\(status)"
    case .brokenOff: "broken off"
    case .passedOn(let status, _): "\(status), passed on"
    }
  }
}

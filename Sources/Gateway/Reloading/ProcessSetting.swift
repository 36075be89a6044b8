import Plans

/// A setting of `gateway.yaml`, and how a reload takes it over. *Immutable.*
struct ProcessSetting {
  private enum Taking {
    case atOnce, byRestart
    /// A cache that is there stays as it is.
    case withCache
    /// As `withCache`; and counters stay where they are.
    case withState
    /// At once where only TLS is spoken otherwise.
    case byRestartButTLS
  }

  /// The name of its key.
  let name: String
  let differs: (ProcessPlan, ProcessPlan) -> Bool
  private let copy: (ProcessPlan, inout ProcessPlan) -> Void
  private let taking: Taking

  private init<Value: Equatable>(
    _ name: String, _ path: WritableKeyPath<ProcessPlan, Value>, _ taking: Taking = .atOnce
  ) {
    self.name = name
    self.taking = taking
    differs = { $0[keyPath: path] != $1[keyPath: path] }
    copy = { $1[keyPath: path] = $0[keyPath: path] }
  }

  func needsRestart(from old: ProcessPlan, to new: ProcessPlan, hasCache: Bool) -> Bool {
    switch taking {
    case .atOnce: false
    case .byRestart: true
    case .withCache: hasCache
    case .withState: old.stateRedis != nil
    case .byRestartButTLS: old.listeners.map(\.withoutTLS) != new.listeners.map(\.withoutTLS)
    }
  }

  /// All that a `ProcessPlan` says, in the order of the reference.
  static var all: [ProcessSetting] {
    [
      ProcessSetting("listen", \.listeners, .byRestartButTLS),
      ProcessSetting("hsts", \.hsts),
      ProcessSetting("admin.address", \.admin.address, .byRestart),
      ProcessSetting("admin.token", \.admin.token),
      ProcessSetting("admin.hosts", \.admin.hosts),
      ProcessSetting("limits.headerBytes", \.limits.headerBytes),
      ProcessSetting("limits.bodyBytes", \.limits.bodyBytes),
      ProcessSetting("limits.connections", \.limits.connections),
      ProcessSetting("limits.connectionsPerClient", \.limits.connectionsPerClient, .byRestart),
      ProcessSetting("limits.requestsInFlight", \.limits.requestsInFlight),
      ProcessSetting("limits.bodiesInFlight", \.limits.bodiesInFlight),
      ProcessSetting("limits.untakenBytes", \.limits.untakenBytes),
      ProcessSetting("limits.counters", \.limits.counters, .byRestart),
      ProcessSetting("limits.idempotencyBytes", \.limits.idempotencyBytes, .byRestart),
      ProcessSetting("limits.bodyRate", \.limits.bodyRate),
      ProcessSetting("timeouts.idle", \.timeouts.idle),
      ProcessSetting("timeouts.head", \.timeouts.head),
      ProcessSetting("timeouts.body", \.timeouts.body),
      ProcessSetting("timeouts.bodyGrace", \.timeouts.bodyGrace),
      ProcessSetting("trustedProxies", \.trustedProxies),
      ProcessSetting("forwardedBy", \.forwardedBy),
      ProcessSetting("shutdown.delay", \.shutdown.delay),
      ProcessSetting("shutdown.drain", \.shutdown.drain),
      ProcessSetting("writes.detached", \.writes.detached),
      ProcessSetting("writes.detachedBytes", \.writes.detachedBytes),
      ProcessSetting("threads", \.threads, .byRestart),
      ProcessSetting("cache.memory", \.cache.memoryBytes, .withCache),
      ProcessSetting("cache.refreshes", \.cache.mostRefreshes, .withCache),
      ProcessSetting("redis", \.cache.redis, .withCache),
      ProcessSetting("redis.state", \.state, .withState),
      ProcessSetting("openapi", \.openAPI),
      ProcessSetting("log.level", \.logLevel),
      ProcessSetting("log.access", \.accessLog),
      ProcessSetting("log.format", \.log.format),
      ProcessSetting("log.sample", \.log.sample),
      ProcessSetting("log.slow", \.log.slow),
      ProcessSetting("log.file", \.log.file),
      ProcessSetting("log.redact", \.log.redact),
      ProcessSetting("log.fields", \.log.fields),
      ProcessSetting("tracing", \.tracing),
    ]
  }

  /// `new`, but for what needs a restart, which stays as in `old`.
  static func inEffect(_ new: ProcessPlan, after old: ProcessPlan, hasCache: Bool) -> ProcessPlan {
    var plan = new
    for setting in all where setting.needsRestart(from: old, to: new, hasCache: hasCache) { setting.copy(old, &plan) }
    return plan
  }
}

extension ListenerPlan {
  /// Whether it speaks TLS, and not how.
  fileprivate var withoutTLS: ListenerPlan {
    var plan = self
    plan.tls = tls.map { _ in TLSListenerPlan(certificates: []) }
    return plan
  }
}

import Metrics

// All metrics, in the order in which they are written. docs/metrics.md has the same, which a test compares.
extension Metric {
  static let requestDuration = Metric(
    "http_server_request_duration_seconds", .histogram, ["route", "method", "status_class"],
    "Time from the head of a request to the end of its answer.")
  static let activeRequests = Metric("http_server_active_requests", .gauge, [], "Requests that are being worked on.")
  static let connections = Metric("weft_connections", .gauge, ["protocol"], "Open connections of clients.")
  static let parts = Metric(
    "weft_parts_total", .counter, ["route", "call", "backend", "outcome"],
    "Calls of composites and requests of proxied routes, by their outcome.")
  static let callDuration = Metric(
    "weft_call_duration_seconds", .histogram, ["route", "call", "backend", "outcome"],
    "Time of calls of composites and of requests of proxied routes, with all attempts and waiting.")
  static let partialResponses = Metric(
    "weft_partial_responses_total", .counter, ["route"], "Answers that lacked a part.")
  static let cacheRequests = Metric(
    "weft_cache_requests_total", .counter, ["route", "call", "result", "level"],
    "Answers, and values of calls, that a cache was asked for, by what it did and where it had them.")
  static let cacheBytes = Metric("weft_cache_bytes", .gauge, [], "Memory that entries of the cache take.")
  static let cacheEntries = Metric("weft_cache_entries", .gauge, [], "Entries that the cache has in memory.")
  static let cacheEvictions = Metric(
    "weft_cache_evictions_total", .counter, [], "Entries that left memory to make room for others.")
  static let backendRetries = Metric(
    "weft_backend_retries_total", .counter, ["backend"], "Attempts that were made again.")
  static let backendHedges = Metric(
    "weft_backend_hedges_total", .counter, ["backend"], "Calls of which two attempts were under way at once.")
  static let backendQueue = Metric(
    "weft_backend_queue_seconds", .histogram, ["backend"], "Time that attempts waited for a place of maxConcurrent.")
  static let backendInFlight = Metric("weft_backend_in_flight", .gauge, ["backend"], "Attempts under way.")
  static let breakerState = Metric(
    "weft_backend_breaker_state", .gauge, ["backend", "address"],
    "State of the circuit breaker: 0 closed, 1 half-open, 2 open.")
  static let addressHealthy = Metric(
    "weft_backend_address_healthy", .gauge, ["backend", "address"],
    "1 where the address is well for its probes, else 0.")
  static let refused = Metric(
    "weft_refused_total", .counter, ["route", "stage", "status"], "Requests that a stage before the work has refused.")
  static let limitRequests = Metric(
    "weft_limit_requests_total", .counter, ["limit", "result"], "Requests that a limit was asked about.")
  static let compensations = Metric(
    "weft_compensations_total", .counter, ["route", "call", "result"], "Writes that were to be undone.")
  static let redisRequests = Metric(
    "weft_redis_requests_total", .counter, ["result"], "Commands to Redis, by what became of them.")
  static let redisDuration = Metric(
    "weft_redis_request_seconds", .histogram, [], "Time of commands that were sent to Redis.")
  static let redisUp = Metric("weft_redis_up", .gauge, [], "1 where all links to Redis are up, else 0.")
  static let loopLag = Metric(
    "weft_loop_lag_seconds", .gauge, ["loop"],
    "The longest that something has waited for the loop, of the last seconds.")
  static let reloads = Metric("weft_reloads_total", .counter, ["result"], "Reloads that were asked for.")
  static let generation = Metric("weft_generation_info", .info, ["fingerprint"], "The definitions that are served.")
  static let certificateExpiry = Metric(
    "weft_certificate_expiry_seconds", .gauge, ["certificate"],
    "Seconds until a listener's certificate ends; below zero since it has.")
  static let processSeconds = Metric(
    "process_cpu_seconds_total", .counter, [], "Time of processors that the process has used, user and system.")
  static let processResident = Metric("process_resident_memory_bytes", .gauge, [], "Resident memory.")
  static let processVirtual = Metric("process_virtual_memory_bytes", .gauge, [], "Virtual memory.")
  static let processThreads = Metric("process_threads", .gauge, [], "Threads.")
  static let processDescriptors = Metric("process_open_fds", .gauge, [], "Open file descriptors.")
  static let processMostDescriptors = Metric("process_max_fds", .gauge, [], "Most open file descriptors.")
  static let processStart = Metric(
    "process_start_time_seconds", .gauge, [], "Start of the process, in seconds since 1970.")

  static let all = [
    requestDuration, activeRequests, connections, parts, callDuration, partialResponses, cacheRequests, cacheBytes,
    cacheEntries, cacheEvictions, backendRetries, backendHedges, backendQueue, backendInFlight, breakerState,
    addressHealthy, refused, limitRequests, compensations, redisRequests, redisDuration, redisUp, loopLag, reloads,
    generation, certificateExpiry, processSeconds, processResident, processVirtual, processThreads, processDescriptors,
    processMostDescriptors, processStart,
  ]
}

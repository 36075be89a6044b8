import Plans

/// What `explain` says of a route's or a call's `cache`, in words.
enum CacheExplanation {
  /// Name and value of each line. `digest` is the key of the request as it is given, which `purge --key` takes.
  static func facts(_ cache: CachePlan, reads: RequestReads, digest: String) -> [(name: String, value: String)] {
    var facts = [(name: "lifetime", value: lifetime(cache))]
    facts.append(("key", (["the definition"] + reads.written).joined(separator: ", ")))
    if !cache.tags.isEmpty { facts.append(("tags", cache.tags.map(\.source).joined(separator: ", "))) }
    facts.append(("clients", reads.isPrivate ? "private: it reads what is one user's" : "may keep it, and share it"))
    facts.append(("digest", digest))
    return facts
  }

  /// `30s fresh, stale 60s while fetched anew, stale 10m on errors`
  static func lifetime(_ cache: CachePlan) -> String {
    var parts = [cache.ttl.map { "\($0.written) fresh" } ?? "as fresh as its calls' values"]
    if cache.jitter > 0 { parts.append("up to \(cache.jitter.percentWritten) less") }
    if cache.staleWhileRevalidate > .zero {
      parts.append("stale \(cache.staleWhileRevalidate.written) while fetched anew")
    }
    if cache.staleIfError > .zero { parts.append("stale \(cache.staleIfError.written) on errors") }
    if let partial = cache.partialTtl { parts.append("partial \(partial.written)") }
    if let error = cache.errorTtl { parts.append("errors \(error.written)") }
    if cache.respectsBackend { parts.append("less where backends say so") }
    if cache.clientControl { parts.append("clients may ask for a new one") }
    return parts.joined(separator: ", ")
  }
}

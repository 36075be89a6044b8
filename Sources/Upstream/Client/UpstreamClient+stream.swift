extension UpstreamClient {
  /// Begins a pass-through request. On the loop's thread; the delegate hears of everything that follows, failures to
  /// begin included, after this has returned. The lease ends with the stream: there is nothing to give back.
  package func openStream(
    _ request: UpstreamStreamRequest, delegate: any UpstreamStreamDelegate
  ) -> UpstreamStream {
    precondition(loop.reactor.isCurrent, "an upstream client belongs to its loop's thread")
    let stream = UpstreamStream(self, request, delegate: delegate)
    stream.proceed()
    return stream
  }
}

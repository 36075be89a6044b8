extension TransferLoop {
  /// On the loop's thread. The delegate is held until it was told of the end, which happens in every case, and never
  /// before this returns.
  package func stream(_ request: StreamRequest, delegate: any StreamDelegate) -> StreamingTransfer {
    reactor.checkIsolated()
    let transfer = StreamingTransfer(loop: self, request: request, delegate: delegate)
    if isInsideCurl {
      reactor.execute { self.begin(transfer) }
    } else {
      begin(transfer)
    }
    return transfer
  }

  private func begin(_ transfer: StreamingTransfer) {
    guard multi != nil, transfer.failure == nil else { return transfer.failed(.cancelled) }
    transfer.armTimer()
    start(transfer, at: .now())
  }

  /// What delegates asked for inside curl.
  func applyDeferred() {
    while let transfer = deferred.popLast() { transfer.takeEffect() }
  }
}

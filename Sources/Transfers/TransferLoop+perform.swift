extension TransferLoop {
  /// Thread-safe, made for tasks that prefer `reactor` as their executor: those begin the transfer without a hop.
  /// Cancelling the task removes the transfer at once, and with it its connection where that is not shared.
  package func perform(_ request: consuming TransferRequest) async -> Result<TransferResponse, TransferFailure> {
    let transfer = BufferedTransfer(loop: self, request: request)
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        transfer.completion = { continuation.resume(returning: $0) }
        if reactor.isCurrent { transfer.begin() } else { reactor.execute { transfer.begin() } }
      }
    } onCancel: {
      reactor.execute { transfer.cancel() }
    }
  }

  /// Thread-safe. Ends what is under way as cancelled, refuses what comes later, stops the reactor and waits for its
  /// thread. Never call it from the reactor's thread.
  package func shutdown() {
    reactor.stop()
  }
}

extension TransferLoop {
  /// Begins a stream, on the loop's thread. The delegate is held until it was told of the end, which happens in every
  /// case, and never before this returns.
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

  /// Does what delegates asked for inside curl.
  func applyDeferred() {
    while let transfer = deferred.popLast() { transfer.takeEffect() }
  }
}

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

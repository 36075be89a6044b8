import Timing

extension TransferLoop {
  /// Thread-safe, made for tasks that prefer `reactor` as their executor: those begin the transfer without a hop.
  /// Cancelling the task removes the transfer at once, and with it its connection where that is not shared.
  package func perform(_ request: consuming TransferRequest) async -> Result<TransferResponse, TransferFailure> {
    let transfer = BufferedTransfer(loop: self, request: request)
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        transfer.continuation = continuation
        if reactor.isCurrent {
          begin(transfer)
        } else {
          reactor.execute { self.begin(transfer) }
        }
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

  private func begin(_ transfer: BufferedTransfer) {
    let request = transfer.request
    guard multi != nil, !transfer.isCancelled else { return transfer.failed(.cancelled) }
    guard request.deadline > Instant.now() else { return transfer.failed(.timeout) }
    guard let handle = takeHandle(for: request.origin) else { return transfer.failed(.connect("out of memory")) }
    handle.setMethod(request.method, body: request.body)
    let failure = handle.prepare(
      origin: request.origin, target: request.target, headers: request.headers, shared: request.staticHeaders,
      decodes: request.acceptsCompression, keepsHeaders: request.keepsHeaders)
    if let failure {
      idle.append(handle)
      return transfer.failed(failure)
    }
    if request.deadline != .distantFuture { transfer.timer = reactor.schedule(at: request.deadline, transfer) }
    add(handle, for: transfer)
  }
}

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
    let request = transfer.request
    guard multi != nil, transfer.failure == nil else { return transfer.failed(.cancelled) }
    guard let handle = takeHandle(for: request.origin) else { return transfer.failed(.connect("out of memory")) }
    handle.setBuffer(streams: true)
    switch request.bodyLength {
    case _ where request.method == "HEAD": handle.setMethod("HEAD", body: nil)
    case .none: handle.setMethod(request.method, body: nil)
    case .known(0): handle.setMethod(request.method, body: [])
    case .known(let length): handle.setUpload(request.method, length: length)
    case .chunked: handle.setUpload(request.method, length: -1)
    }
    let failure = handle.prepare(
      origin: request.origin, target: request.target, headers: request.headers, common: request.commonHeaders,
      shared: .none, decodes: false, keepsHeaders: true)
    if let failure {
      idle.append(handle)
      return transfer.failed(failure)
    }
    transfer.armTimer()
    add(handle, for: transfer)
  }

  /// What delegates asked for inside curl.
  func applyDeferred() {
    while let transfer = deferred.popLast() { transfer.takeEffect() }
  }
}

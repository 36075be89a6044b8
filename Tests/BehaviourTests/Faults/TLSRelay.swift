/// A TLS server that negotiates HTTP/2 and passes on what is inside, so that a backend that knows frames only can be
/// asked over TLS. Closings and resets go through in both directions. Immutable.
final class TLSRelay {
  let url: String
  private let server: ChildProcess

  /// Relays to a port of this machine.
  init(to port: UInt16) throws {
    let certificates = try Certificates.shared.get()
    server = try ChildProcess(
      "/usr/bin/python3",
      ["-c", Self.program, "\(port)", certificates.certificate(.good), certificates.key(.good)])
    let port = server.output.wait { $0.firstMatch(of: #/port (\d+)\n/#).map { String($0.1) } }
    guard let port else { throw ChildProcess.Failure(what: "the relay does not listen", child: server) }
    url = "https://127.0.0.1:\(port)"
  }

  deinit { server.kill() }

  private static let program = """
    import selectors, socket, ssl, struct, sys, threading

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    context.set_alpn_protocols(["h2"])
    MOST = 1 << 20

    def reset(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    def relay(raw):
        try:
            tls = context.wrap_socket(raw, server_side=True)
            plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        except OSError:
            raw.close()
            return
        for sock in (tls, plain):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setblocking(False)
        inward, outward, hasEnded = bytearray(), bytearray(), False
        selector = selectors.DefaultSelector()
        try:
            while True:
                moved = False
                if len(inward) < MOST:
                    try:
                        bytes = tls.recv(1 << 16)
                        if not bytes: return
                        inward += bytes
                        moved = True
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError): pass
                if len(outward) < MOST and not hasEnded:
                    try:
                        bytes = plain.recv(1 << 16)
                        hasEnded = not bytes
                        outward += bytes
                        moved = True
                    except BlockingIOError: pass
                    except ConnectionResetError:
                        reset(tls)
                        return
                if inward:
                    try:
                        del inward[:plain.send(inward)]
                        moved = True
                    except BlockingIOError: pass
                    except OSError:
                        inward.clear()
                if outward:
                    try:
                        del outward[:tls.send(outward)]
                        moved = True
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError): pass
                elif hasEnded:
                    try: tls.unwrap()
                    except (ssl.SSLError, OSError): pass
                    return
                if moved: continue
                for sock, reads, writes in ((tls, len(inward) < MOST, outward), (plain, len(outward) < MOST and not hasEnded, inward)):
                    wanted = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if writes else 0)
                    try: selector.unregister(sock)
                    except KeyError: pass
                    if wanted: selector.register(sock, wanted)
                selector.select()
        except OSError: pass
        finally:
            selector.close()
            tls.close()
            plain.close()

    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print("port", listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=relay, args=(listener.accept()[0],), daemon=True).start()
    """
}

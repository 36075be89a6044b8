/// A TLS server that passes on what is inside, so that a backend that knows nothing of TLS can be asked over it.
/// Closings and resets go through in both directions. Immutable.
final class TLSRelay {
  let url: String
  private let server: ChildProcess

  /// Relays to a port of this machine what it has agreed on to be of `version`, by its name in ALPN.
  init(to port: UInt16, version: String = "h2") throws {
    let certificates = try Certificates.shared.get()
    server = try ChildProcess(
      "/usr/bin/python3",
      ["-c", Self.program, "\(port)", certificates.certificate(.good), certificates.key(.good), version])
    let port = server.output.wait { $0.firstMatch(of: #/port (\d+)\n/#).map { String($0.1) } }
    guard let port else { throw ChildProcess.Failure(what: "the relay does not listen", child: server) }
    url = "https://127.0.0.1:\(port)"
  }

  deinit { server.kill() }

  private static let program = """
    import fcntl, selectors, socket, ssl, struct, sys, termios, threading, time

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    context.set_alpn_protocols([sys.argv[4]])
    MOST = 1 << 20

    # What is not sent yet, a reset would take along.
    def waitUntilTaken(sock):
        for _ in range(1000):
            left = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
            if not any(left): return
            time.sleep(0.001)

    def reset(sock):
        waitUntilTaken(sock)
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
        inward, outward, hasEnded, isDeaf = bytearray(), bytearray(), False, False
        selector = selectors.DefaultSelector()
        try:
            while True:
                moved = False
                if len(inward) < MOST and not isDeaf:
                    try:
                        piece = tls.recv(1 << 16)
                        if not piece: return
                        inward += piece
                        moved = True
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError): pass
                if len(outward) < MOST and not hasEnded:
                    try:
                        piece = plain.recv(1 << 16)
                        hasEnded = not piece
                        outward += piece
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
                        isDeaf = True
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
                for sock, reads, writes in ((tls, len(inward) < MOST and not isDeaf, outward), (plain, len(outward) < MOST and not hasEnded, inward)):
                    wanted = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if writes else 0)
                    try: selector.unregister(sock)
                    except KeyError: pass
                    if wanted: selector.register(sock, wanted)
                selector.select()
        except OSError: pass
        finally:
            selector.close()
            if tls.fileno() >= 0: waitUntilTaken(tls)
            tls.close()
            plain.close()

    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print("port", listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=relay, args=(listener.accept()[0],), daemon=True).start()
    """
}

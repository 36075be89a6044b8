import Foundation

/// An HTTP/1.1 server with TLS in a child process. It answers with what it saw: `name;client;host;connection`, that
/// is the SNI, the client certificate's subject, `Host` and the number of the connection.
enum TLSServer {
  static func start(requiringClientCertificate: Bool = false) throws -> ChildServer {
    let certificates = try Certificates.shared.get()
    return try ChildServer("python3") { port in
      [
        "-c", program, String(port), certificates.serverCertificate, certificates.serverKey,
        requiringClientCertificate ? certificates.authority : "",
      ]
    }
  }

  private static let program = """
    import http.server, socketserver, ssl, sys
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    names = {}
    context.sni_callback = lambda sock, name, _: names.__setitem__(sock.fileno(), name)
    if sys.argv[4]:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(sys.argv[4])
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        connections = 0
        def setup(self):
            self.request = context.wrap_socket(self.request, server_side=True)
            Handler.connections += 1
            self.number = Handler.connections
            super().setup()
        def do_GET(self):
            certificate = self.request.getpeercert() or {}
            subject = ",".join(v for rdn in certificate.get("subject", ()) for _, v in rdn)
            name = names.get(self.request.fileno())
            text = f"{name};{subject};{self.headers.get('Host')};{self.number}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        def log_message(self, *_): pass
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        def handle_error(self, *_): pass
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
    """
}

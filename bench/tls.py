#!/usr/bin/env python3
"""Measures HTTP/2 and TLS beside nginx with the same certificate and answers, in one run.

The server has core 0 to itself; h2load, openssl and the backends share core 1. CPU is user plus system time of the
server, divided by the requests, or handshakes, that the client counted. Rounds go weft, nginx, weft, nginx; a ratio is
the median of the ratios within a round. Loopback only. Usage: bench/tls.py [--bin FOLDER] [--rounds N] [--seconds N] [--idle N]
"""
import argparse, os, re, socket, ssl, statistics, subprocess, sys
from run import HERE, ROOT, backends, cpu, free_port, memory, nginx, stop, wait_for, weft, workspace

# Idle connections are many, and are kept.
SETTINGS = "threads: 1\nlimits: { requestsInFlight: 8192, connections: 20000 }\ntimeouts: { idle: 10m }"
PATHS = {"static": "/static", "proxy 1 KB": "/proxy/1k", "composite": "/composite/42"}


def certificate(folder):
    pair = f"{folder}/c.pem", f"{folder}/c.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=bench.test", "-addext", "subjectAltName=DNS:bench.test", "-out", pair[0], "-keyout", pair[1]],
        check=True, capture_output=True)
    os.chmod(pair[1], 0o600)
    return pair


def servers(folder, binary, ports, pair):
    secure = free_port()
    definitions = {"bench.yaml": open(f"{HERE}/definitions/bench.yaml").read()}
    tls = f"{{ certificates: [{{ certificate: {pair[0]}, key: {pair[1]} }}] }}"
    process, _ = weft(folder, binary, definitions, ports, SETTINGS, more=f"{{ address: 127.0.0.1:{secure}, tls: {tls} }}")
    yield "weft", process, secure
    port = free_port()
    rival = nginx(
        folder, "rival",
        f"upstream b {{ server 127.0.0.1:{ports[0]}; keepalive 256; keepalive_requests 100000000; }}\n"
        f"server {{ listen 127.0.0.1:{port} ssl http2 backlog=4096; ssl_certificate {pair[0]}; ssl_certificate_key {pair[1]};\n"
        f"ssl_session_cache shared:s:10m; keepalive_requests 100000000; default_type application/json;\n"
        f"location = /static {{ return 200 '{{\"hello\":\"world\"}}'; }}\n"
        f"location /proxy/ {{ proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://b/; }} }}", core=0)
    wait_for(port)
    yield "nginx", rival, port


def requests(port, path, seconds):
    out = subprocess.run(
        ["taskset", "-c", "1", "h2load", "-D", f"{seconds}", "--warm-up-time", "1", "-c", "10", "-m", "50",
         f"https://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout
    done, failed = re.search(r"requests: .*? (\d+) succeeded, (\d+) failed", out).groups()
    if int(failed):
        sys.exit(out)
    return int(done)


def handshakes(port, seconds, resumed):
    out = subprocess.run(
        ["taskset", "-c", "1", "openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-time", f"{seconds}",
         "-reuse" if resumed else "-new"], capture_output=True, text=True).stdout
    return int(re.search(r"(\d+) connections in \d+ real seconds", out).group(1))


def idle(process, port, count):
    """KiB that the server takes for each of so many connections on which nothing happens."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    before, kept = memory(process.pid), []
    for _ in range(count):
        kept.append(context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="bench.test"))
    return (memory(process.pid) - before) * 1024 / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default=f"{ROOT}/.build/release")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--idle", type=int, default=400)
    options = parser.parse_args()
    with workspace() as folder:
        ports, pair = backends(folder), certificate(folder)
        both = list(servers(folder, f"{os.path.abspath(options.bin)}/weft", ports, pair))
        for name, process, port in both:
            print(f"{name}: {idle(process, port, options.idle):.1f} KiB for an idle connection ({options.idle})", flush=True)
        cases = {f"{n} (HTTP/2)": lambda port, p=p: requests(port, p, options.seconds) for n, p in PATHS.items()}
        cases["handshake"] = lambda port: handshakes(port, options.seconds, False)
        cases["resumed handshake"] = lambda port: handshakes(port, options.seconds, True)
        for case, run in cases.items():
            figures = {"weft": [], "nginx": []}
            for _ in range(options.rounds):
                for name, process, port in both:
                    if name == "nginx" and case.startswith("composite"):
                        continue
                    before = cpu(process.pid)
                    count = run(port)
                    figures[name].append((cpu(process.pid) - before) * 1e6 / max(count, 1))
            ratios = [a / b for a, b in zip(figures["weft"], figures["nginx"])]
            line = "  ".join(f"{n} {statistics.median(f):8.1f} us" for n, f in figures.items() if f)
            print(f"{case:22} {line}" + (f"  ratio {statistics.median(ratios):.2f}" if ratios else ""), flush=True)
        for _, process, _ in both:
            stop(process)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures the gateway's CPU per request beside the floor and its rivals, in one run.

The gateway (or a rival) has core 0 to itself; wrk and the backends (nginx workers with fixed answers) share core 1.
CPU is user plus system time of the measured processes, from /proc, divided by the requests that wrk counted. Loopback
only; every server is started here and ended by its pid. Everything is measured in several rounds, one after the other;
a figure is the median of its rounds, a ratio the median of the ratios within a round, so that what else the machine
does falls on all alike. Usage: bench/run.py [--seconds N] [--rounds N] [--case NAME]... [--weft-only] [--write]
"""
import argparse, contextlib, json, os, re, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
TICK = os.sysconf("SC_CLK_TCK")
ONE_CORE = "threads: 1\nlimits: { requestsInFlight: 8192 }"
started = []


@contextlib.contextmanager
def workspace():
    """A folder for the run. At its end the folder goes, and all that was started ends."""
    folder = tempfile.mkdtemp(prefix="weft-bench-")
    os.chmod(folder, 0o755)
    try:
        yield folder
    finally:
        for process in list(started):
            stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def spawn(core, command, **options):
    """On that core; None: on whichever."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    process = subprocess.Popen(pinned + command, **options)
    started.append(process)
    return process


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process in started:
        started.remove(process)


def wait_for(port):
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on {port}")


def family(pid):
    pids, pending = [], [pid]
    while pending:
        p = pending.pop()
        pids.append(p)
        try:
            pending += [int(c) for c in open(f"/proc/{p}/task/{p}/children").read().split()]
        except OSError:
            pass
    return pids


def cpu(pid):
    total = 0
    for p in family(pid):
        try:
            fields = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICK


def memory(pid):
    total = 0
    for p in family(pid):
        m = re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{p}/status").read())
        total += int(m.group(1)) if m else 0
    return total / 1024


def wrk(url, seconds, clients, script=None):
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency"]
        + (["-s", script] if script else []) + [url],
        capture_output=True, text=True, check=True).stdout
    def number(pattern):
        found = re.search(pattern, out)
        if not found and "requests in" not in out:
            sys.exit(f"wrk said nothing useful of {url}:\n{out}")
        return found

    def milliseconds(text):
        found = re.match(r"(-?[\d.]+)(us|ms|s)", text)
        if not found:
            sys.exit(f"wrk said nothing useful of {url}:\n{out}")
        value, unit = found.groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    bad = number(r"Non-2xx or 3xx responses: (\d+)")
    errors = number(r"Socket errors: (.*)")
    return {
        "requests": int(number(r"(\d+) requests in").group(1)),
        "per_second": float(number(r"Requests/sec:\s+([\d.]+)").group(1)),
        "p50": milliseconds(number(r"\n +50% +(\S+)").group(1)),
        "p99": milliseconds(number(r"\n +99% +(\S+)").group(1)),
        "bad": int(bad.group(1)) if bad else 0,
        "errors": errors.group(1) if errors else "",
    }


def measure(name, process, url, seconds, clients, script=None):
    wrk(url, 1, clients, script)
    before = cpu(process.pid)
    result = wrk(url, seconds, clients, script)
    result["cpu_us"] = (cpu(process.pid) - before) * 1e6 / max(1, result["requests"])
    result["memory_mb"] = memory(process.pid)
    result["name"] = name
    note = f"  BAD {result['bad']} {result['errors']}" if result["bad"] or result["errors"] else ""
    print(f"{name:34} {result['cpu_us']:8.1f} us CPU {result['per_second']:9.0f} /s   p50 {result['p50']:6.2f} ms"
          f"  p99 {result['p99']:6.2f} ms  {result['memory_mb']:6.1f} MB{note}", flush=True)
    return result


def documents():
    user = {"id": 42, "name": "Ada Lovelace", "email": "ada@example.com", "tier": "gold", "city": "London",
            "address": {"street": "12 St James's Square", "zip": "SW1Y 4JH", "country": "GB"},
            "preferences": {"language": "en", "currency": "GBP", "newsletter": True}, "tags": ["a", "b", "c"] * 20}
    orders = {"id": "o-1", "userId": 42, "items": [
        {"id": f"o-{n}", "sku": f"sku-{n}", "total": 129.99 - n, "state": "shipped", "lines": n} for n in range(10)]}
    recommendations = {"items": [{"id": n, "name": f"Product number {n}", "price": 19.5 + n, "score": 0.93} for n in range(12)]}
    notifications = {"items": [{"id": n, "text": f"Something happened {n} times today", "unread": True} for n in range(11)]}
    return [json.dumps(d, separators=(",", ":")).replace("'", "") for d in (user, orders, recommendations, notifications)]


def backends(folder):
    ports = [free_port() for _ in range(4)]
    os.makedirs(f"{folder}/files")
    for name, size in (("64k", 65536), ("1m", 1 << 20), ("1k", 1024)):
        open(f"{folder}/files/{name}", "wb").write(os.urandom(size))
    servers = "".join(
        f"server {{ listen 127.0.0.1:{port} backlog=4096; default_type application/json; root {folder}/files;\n"
        f"location = /64k {{ }} location = /1m {{ }} location = /1k {{ }} location / {{ return 200 '{text}'; }} }}\n"
        for port, text in zip(ports, documents()))
    nginx(folder, "backends", f"keepalive_requests 100000000; {servers}", core=1)
    for port in ports:
        wait_for(port)
    return ports


def nginx(folder, name, http, core, main=""):
    path = f"{folder}/{name}.conf"
    open(path, "w").write(
        f"{main}\nworker_processes 1; pid {folder}/{name}.pid; error_log {folder}/{name}.log error; daemon off;\n"
        f"events {{ worker_connections 16384; }}\nhttp {{ access_log off; client_body_temp_path {folder}/{name}-b;\n"
        f"proxy_temp_path {folder}/{name}-p; fastcgi_temp_path {folder}/{name}-f; uwsgi_temp_path {folder}/{name}-u;\n"
        f"scgi_temp_path {folder}/{name}-s; {http} }}\n")
    return spawn(core, ["nginx", "-c", path, "-e", f"{folder}/{name}.log"])


def weft(folder, binary, definitions, backends, settings, core=0, more=None, environment=None, **options):
    """A gateway with these files (name to text), and another listener where `more` is one; the addresses of its backends
    are in env.BACKEND_1 and so on."""
    port, admin = free_port(), free_port()
    own = tempfile.mkdtemp(dir=folder)
    listen = f"[127.0.0.1:{port}, {more}]" if more else f"127.0.0.1:{port}"
    for name, text in {**definitions, "gateway.yaml": f"listen: {listen}\nadmin: 127.0.0.1:{admin}\n{settings}\n"}.items():
        open(f"{own}/{name}", "w").write(text)
    environment = dict(os.environ, **{f"BACKEND_{n + 1}": f"http://127.0.0.1:{p}" for n, p in enumerate(backends)},
                       **environment or {})
    process = spawn(core, [binary, "run", own], env=environment, stdout=subprocess.DEVNULL, **options)
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


def lua(folder, ports):
    port = free_port()
    upstreams = "".join(f"upstream b{n} {{ server 127.0.0.1:{p}; keepalive 256; keepalive_requests 100000000; }}\n" for n, p in enumerate(ports))
    inner = "".join(
        f"location /b{n}/ {{ internal; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://b{n}/; }}\n"
        for n in range(4))
    script = """
      local cjson = require 'cjson'
      local id = ngx.var.uri:match('[^/]+$')
      local a, b, c, d = ngx.location.capture_multi({{'/b0/users/' .. id}, {'/b1/orders', {args = {userId = id}}},
        {'/b2/recommendations/' .. id}, {'/b3/notifications/' .. id}})
      ngx.header.content_type = 'application/json'
      ngx.print(cjson.encode({user = cjson.decode(a.body), orders = cjson.decode(b.body),
        recommendations = cjson.decode(c.body), notifications = cjson.decode(d.body)}))"""
    process = nginx(
        folder, "lua",
        f"keepalive_requests 100000000; lua_package_cpath '/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;';\n{upstreams}\n"
        f"server {{ listen 127.0.0.1:{port} backlog=4096; {inner} location /composite/ {{ content_by_lua_block {{ {script} }} }}\n"
        f"location = /static {{ default_type application/json; return 200 '{{\"hello\":\"world\"}}'; }}\n"
        f"location /proxy/ {{ proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://b0/; }} }}\n",
        core=0, main="load_module /usr/lib/nginx/modules/ndk_http_module.so; load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;")
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


def haproxy(folder, ports):
    port = free_port()
    open(f"{folder}/haproxy.cfg", "w").write(
        f"global\n  nbthread 1\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 60s\n  timeout server 60s\n"
        f"frontend f\n  bind 127.0.0.1:{port}\n  http-request replace-path /proxy(.*) \\1\n  default_backend b\n"
        f"backend b\n  http-reuse always\n  server s 127.0.0.1:{ports[0]}\n")
    process = spawn(0, ["haproxy", "-f", f"{folder}/haproxy.cfg", "-db", "-q"])
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


def node(folder, ports):
    port = free_port()
    process = spawn(0, ["node", f"{HERE}/composite.mjs", str(port)] + [str(p) for p in ports])
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


def hello(binary, *sizes):
    port = free_port()
    process = spawn(0, [binary, str(port), *map(str, sizes)], stdout=subprocess.DEVNULL)
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


# What the gateway tells every backend of the client, and libcurl copies byte by byte.
GATEWAY_LINES = "\r\n".join([
    "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: 127.0.0.1:39549",
    'Forwarded: for=127.0.0.1;proto=http;host="127.0.0.1:39549"', "Via: 1.1 weft",
    "X-Request-Id: 0123456789abcdef0123456789abcdef",
    "traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"])


def floor(folder, ports, count, seconds, clients, lines=""):
    binary = f"{folder}/floor"
    if not os.path.exists(binary):
        subprocess.run(["gcc", "-O2", "-o", binary, f"{HERE}/floor.c", "-lcurl"], check=True)
    paths = ["users/42", "orders?userId=42", "recommendations/42", "notifications/42"]
    urls = [f"http://127.0.0.1:{p}/{path}" for p, path in zip(ports, paths)]
    if count == 1:
        urls = [f"http://127.0.0.1:{ports[0]}/1k"]
    out = subprocess.run(["taskset", "-c", "0", binary, str(count), str(clients), str(seconds), lines] + urls,
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)
    name = f"libcurl, {count} transfer{'s' if count > 1 else ''}{', same lines' if lines else ''}"
    print(f"{name:34} {result['cpu_us']:8.1f} us CPU {result['per_second']:9.0f} /s"
          f"{'  FAILED ' + str(result['failed']) if result['failed'] else ''}", flush=True)
    return result


CASES = {"static": "/static", "composite": "/composite/42", "shaped": "/shaped/42", "checkout": "/checkout/42",
         "proxy 1 KB": "/proxy/1k", "proxy 64 KB": "/proxy/64k", "proxy 1 MB": "/proxy/1m"}
RIVALS = {"nginx": ("static", "composite", "proxy 1 KB", "proxy 64 KB", "proxy 1 MB"),
          "haproxy": ("proxy 1 KB", "proxy 64 KB", "proxy 1 MB"), "node": ("composite",)}
# Case, what it is compared with, and the ratio that is aimed at.
TARGETS = [
    ("weft static", ["hello"], 1.25),
    ("weft composite", ["floor 4", "hello"], 1.4),
    ("weft composite", ["floor 4, same lines", "hello"], None),
    ("weft proxy 1 KB", ["floor 1", "hello"], 1.3),
    ("weft proxy 1 KB", ["floor 1, same lines", "hello"], None),
    ("weft proxy 64 KB", ["nginx proxy 64 KB"], 1.5),
    ("weft proxy 1 MB", ["nginx proxy 1 MB"], 1.5),
    ("weft composite", ["nginx composite"], None),
    ("weft composite", ["node composite"], None),
    ("weft proxy 1 KB", ["nginx proxy 1 KB"], None),
    ("weft proxy 1 KB", ["haproxy proxy 1 KB"], None),
]


def servers(folder, ports, options):
    """Starts everything that is measured: name, process and address."""
    found = {}
    if os.path.exists(f"{options.bin}/nio-hello"):
        found["hello"] = hello(f"{options.bin}/nio-hello")
    definitions = {name: open(f"{HERE}/definitions/{name}").read() for name in os.listdir(f"{HERE}/definitions")}
    found["weft"] = weft(folder, f"{options.bin}/weft", definitions, ports, ONE_CORE)
    if not options.weft_only:
        if os.path.exists("/usr/lib/nginx/modules/ngx_http_lua_module.so"):
            found["nginx"] = lua(folder, ports)
        if shutil.which("haproxy"):
            found["haproxy"] = haproxy(folder, ports)
        if shutil.which("node"):
            found["node"] = node(folder, ports)
    return found


def one_round(folder, ports, found, options):
    results = {}
    for count in (1, 4):
        results[f"floor {count}"] = floor(folder, ports, count, options.seconds, options.clients)
        results[f"floor {count}, same lines"] = floor(
            folder, ports, count, options.seconds, options.clients, GATEWAY_LINES)
    for server, (process, url) in found.items():
        if server == "hello":
            results["hello"] = measure("NIO hello", process, url + "/", options.seconds, options.clients)
            continue
        for case in RIVALS.get(server, CASES):
            if not options.case or case in options.case or case.split()[0] in options.case:
                name = f"{server} {case}"
                results[name] = measure(name, process, url + CASES[case], options.seconds, options.clients)
    return results


def summary(rounds):
    """Medians of all figures, and of the ratios within each round."""
    figures = {name: {key: statistics.median(r[name][key] for r in rounds)
                      for key in ("cpu_us", "per_second", "p50", "p99", "memory_mb") if key in rounds[0][name]}
               for name in rounds[0]}
    ratios = []
    for case, base, target in TARGETS:
        if case in figures and all(name in figures for name in base):
            ratio = statistics.median(r[case]["cpu_us"] / sum(r[name]["cpu_us"] for name in base) for r in rounds)
            ratios.append((case, " + ".join(base), ratio, target))
    return figures, ratios


def tables(figures, ratios):
    lines = ["| case | CPU per request | requests per second | p50 | p99 | memory |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, f in figures.items():
        times = f"{f['p50']:.2f} ms | {f['p99']:.2f} ms | {f['memory_mb']:.0f} MB" if "p50" in f else " | | "
        lines.append(f"| {name} | {f['cpu_us']:.1f} µs | {f['per_second']:.0f} | {times} |")
    lines += ["", "| case | compared with | CPU ratio | aim |", "| --- | --- | ---: | ---: |"]
    for case, base, ratio, target in ratios:
        lines.append(f"| {case} | {base} | {ratio:.2f} | {target or ''} |")
    return "\n".join(lines)


def machine():
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return f"{model.group(1) if model else 'unknown CPU'}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"


def write_page(text, options):
    path = f"{ROOT}/docs/benchmarks.md"
    page = open(path).read()
    begin, end = "<!-- figures -->\n", "<!-- /figures -->"
    head, rest = page.split(begin, 1)
    note = f"{machine()}; {options.rounds} rounds of {options.seconds} s, {options.clients} clients.\n\n"
    open(path, "w").write(head + begin + note + text + "\n" + end + rest.split(end, 1)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=2, help="per measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--weft-only", action="store_true", help="leave the rivals out")
    parser.add_argument("--case", action="append", help="only these cases: composite, shaped, …")
    parser.add_argument("--bin", default=f"{ROOT}/.build/release")
    parser.add_argument("--json", help="write the figures there too")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    options = parser.parse_args()
    with workspace() as folder:
        ports = backends(folder)
        found = servers(folder, ports, options)
        rounds = [one_round(folder, ports, found, options) for _ in range(options.rounds)]
    figures, ratios = summary(rounds)
    text = tables(figures, ratios)
    print(f"\n{machine()}\n\n{text}")
    if options.write:
        write_page(text, options)
    if options.json:
        json.dump({"machine": machine(), "figures": figures, "ratios": ratios}, open(options.json, "w"), indent=1)


if __name__ == "__main__":
    main()

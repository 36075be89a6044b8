#!/usr/bin/env python3
"""Measures hits of the cache, from memory and from Redis, beside the NIO hello with the same bytes and nginx's
proxy_cache, in one run, as run.py does: what is measured has core 0 to itself; wrk, Redis and the backends share core 1.
Every request is for one of 1,000 keys. Usage: bench/cache.py [--seconds N] [--clients N] [--json FILE]
"""
import argparse, http.client, json, os, subprocess, sys, time
from run import ONE_CORE, ROOT, backends, free_port, hello, measure, nginx, spawn, stop, wait_for, weft, workspace, wrk

KEYS = 1000
ROUTE = """bff: bench
backends:
  users: { url: "${env.BACKEND_1}" }
  orders: { url: "${env.BACKEND_2}" }
  recommendations: { url: "${env.BACKEND_3}" }
  notifications: { url: "${env.BACKEND_4}" }
routes:
  GET /cached/:id:
    cache: 1h
    calls:
      user: GET users /users/${path.id}
      orders: GET orders /orders?userId=${path.id}
      recommendations: GET recommendations /recommendations/${path.id}
      notifications: GET notifications /notifications/${path.id}
"""
# The same sequence every time; long strides, so that no two requests at once are for one key.
SCRIPT = f"""
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "/cached/" .. (n * 7919 % {KEYS}))
end
"""


def fetch(url, path):
    """The bytes of the head and the body of an answer."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in answer.getheaders()) + "\r\n"
    connection.close()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {body[:500]}")
    return head, body


def redis(folder):
    socket = f"{folder}/redis.sock"
    spawn(1, ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder, "--loglevel",
                        "warning"], stdout=subprocess.DEVNULL)
    for _ in range(200):
        if os.path.exists(socket):
            return socket
        time.sleep(0.05)
    sys.exit("redis-server does not listen")


def proxy_cache(folder, body):
    """nginx with one worker, and a backend behind it that gives `body` for everything."""
    port, behind = free_port(), free_port()
    os.makedirs(f"{folder}/same")
    open(f"{folder}/same/body.json", "wb").write(body)
    process = nginx(
        folder, "proxy-cache",
        f"keepalive_requests 100000000; proxy_cache_path {folder}/proxy-cache-files keys_zone=c:16m max_size=1g;\n"
        f"server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ proxy_http_version 1.1;\n"
        f"proxy_set_header Connection ''; proxy_pass http://127.0.0.1:{behind}; proxy_cache c; proxy_cache_valid 200 1h; }} }}\n"
        f"server {{ listen 127.0.0.1:{behind}; default_type application/json; root {folder}/same;\n"
        f"location / {{ try_files /body.json =404; }} }}", core=0)
    wait_for(port)
    return process, f"http://127.0.0.1:{port}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6, help="per measurement")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--bin", default=f"{ROOT}/.build/release")
    parser.add_argument("--json", help="write the figures there too")
    options = parser.parse_args()
    results = {}
    with workspace() as folder:
        script = f"{folder}/keys.lua"
        open(script, "w").write(SCRIPT)

        def run(name, process, url):
            # Until all keys are there.
            wrk(url, 3, options.clients, script)
            results[name] = measure(name, process, url, options.seconds, options.clients, script)
            stop(process)

        def gateway(settings):
            return weft(folder, f"{options.bin}/weft", {"main.yaml": ROUTE}, ports, f"{ONE_CORE}\n{settings}")

        ports = backends(folder)
        memory, url = gateway("")
        fetch(url, "/cached/0")
        head, body = fetch(url, "/cached/0")
        print(f"a hit: {len(head)} bytes of head, {len(body)} of body\n{head}")
        run("weft, hit from memory", memory, url)
        run("weft, hit from Redis", *gateway(f"redis: unix://{redis(folder)}\ncache: {{ memory: 0B }}"))
        bare = len(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1234\r\n\r\n")
        run("NIO hello, the same bytes", *hello(f"{options.bin}/nio-hello", len(body), len(head) - bare))
        run("nginx, hit of proxy_cache", *proxy_cache(folder, body))
    floor = results["NIO hello, the same bytes"]["cpu_us"]
    memory, ours = results["weft, hit from memory"], results["weft, hit from Redis"]
    print(f"\nhit from memory: {memory['cpu_us'] / floor:.2f} times the hello (target 1.3)")
    print(f"hit from Redis: {ours['cpu_us'] / floor:.2f} times the hello (target 2.2), p99 {ours['p99']:.2f} ms (target 3)")
    if options.json:
        json.dump(results, open(options.json, "w"), indent=1)


if __name__ == "__main__":
    main()

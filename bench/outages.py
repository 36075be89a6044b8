#!/usr/bin/env python3
"""What Redis' failures cost the clients: 64 of them ask a gateway all the time while its Redis is killed, suspended,
restarted empty, full or failing over. Says for each how many answers there were, how many of them wrong, the slowest,
and how many were hits before, during and after. The slowest may be 300 ms slower than the slowest of the same gateway
without a cache. Loopback only; every server is started here and ended by its pid. Takes a minute and a half.
Usage: bench/outages.py [--clients N] [--bin FOLDER]
"""
import argparse, asyncio, random, signal, subprocess, sys, tempfile, time
from run import ROOT, free_port, nginx, spawn, stop, wait_for, weft, workspace

BUDGET = 0.300
DEFINITION = """bff: outages
backends:
  users: { url: "${env.BACKEND_1}" }
  orders: { url: "${env.BACKEND_1}" }
routes:
  GET /cached/:id:
    CACHE
    calls:
      user: GET users /users/${path.id}
      orders: GET orders /orders/${path.id}
"""


class Load:
    """Clients on kept connections, each with one request at a time and a pause after it."""

    def __init__(self, port, clients):
        self.port, self.clients, self.answers, self.wrong, self.running = port, clients, [], 0, True

    async def client(self, number):
        dice = random.Random(number)
        reader = writer = None
        while self.running:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            key = dice.randrange(400)
            begin = time.monotonic()
            writer.write(f"GET /cached/{key} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            try:
                head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).lower()
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await asyncio.wait_for(reader.readexactly(length), 30)
                right = head.startswith(b"http/1.1 200") and body == b'{"user":{"id":"%d"},"orders":{"id":"%d"}}' % (key, key)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, IndexError):
                head, right, writer = b"", False, None
            now = time.monotonic()
            self.answers.append((begin, now - begin, b"weft; hit" in head))
            self.wrong += not right
            await asyncio.sleep(0.01 + dice.random() * 0.01)

    async def run(self, script):
        tasks = [asyncio.create_task(self.client(number)) for number in range(self.clients)]
        try:
            await script()
        finally:
            self.running = False
            await asyncio.gather(*tasks)

    def between(self, begin, end):
        """The slowest in milliseconds, and the percentage of hits."""
        some = [(took, hit) for at, took, hit in self.answers if begin <= at < end]
        return max((took for took, _ in some), default=0) * 1000, 100 * sum(hit for _, hit in some) / max(1, len(some))


class Redis:
    def __init__(self, folder, *more, config=None):
        self.port, self.folder = free_port(), tempfile.mkdtemp(dir=folder)
        self.command = ["redis-server"]
        if config:
            open(f"{self.folder}/sentinel.conf", "w").write(config)
            self.command += [f"{self.folder}/sentinel.conf", "--sentinel"]
        self.command += ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, *([] if config else ["--save", ""]), *more]
        self.start()

    def start(self):
        self.process = spawn(None, self.command, stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()
        stop(self.process)

    def cli(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True).stdout


def gateway(options, folder, backend, redis):
    """The process and its port. Without Redis it keeps nothing."""
    definition = DEFINITION.replace("CACHE", "cache: 2s" if redis else "timeout: 5s")
    settings = f"redis: {redis}\ncache: {{ memory: 0B }}" if redis else ""
    process, url = weft(
        folder, f"{options.bin}/weft", {"main.yaml": definition}, [backend], settings, core=None, stderr=subprocess.DEVNULL)
    return process, int(url.rpartition(":")[2])


def sentinels(folder):
    master = Redis(folder)
    replica = Redis(folder, "--replicaof", f"127.0.0.1 {master.port}")
    config = (f"sentinel monitor shop 127.0.0.1 {master.port} 2\nsentinel down-after-milliseconds shop 500\n"
              "sentinel failover-timeout shop 3000\n")
    watchers = [Redis(folder, config=config) for _ in range(3)]
    for _ in range(300):
        told = [w.cli("SENTINEL", "master", "shop").split("\n") for w in watchers]
        if all(t[t.index("num-other-sentinels") + 1] == "2" and t[t.index("num-slaves") + 1] == "1" for t in told):
            break
        time.sleep(0.1)
    return master, replica, "redis+sentinel://" + ",".join(f"127.0.0.1:{w.port}" for w in watchers) + "/shop"


async def outage(options, folder, backend, name, url, fail, recover, slowest):
    """Two seconds of all being well, three of failure, and at most ten until there are hits again."""
    process, port = gateway(options, folder, backend, url)
    load = Load(port, options.clients)
    marks = {}

    async def script():
        await asyncio.sleep(2)
        marks["fail"] = time.monotonic()
        fail()
        await asyncio.sleep(3)
        marks["recover"] = time.monotonic()
        if recover:
            recover()
        for _ in range(20):
            await asyncio.sleep(0.5)
            now = time.monotonic()
            if load.between(now - 0.5, now)[1] > 50:
                break
        marks["end"] = time.monotonic()

    await load.run(script)
    stop(process)
    worst, during = load.between(marks["fail"], marks["end"] + 1)
    worst = max(worst, load.between(0, marks["fail"])[0])
    during = load.between(marks["fail"] + 1, marks["recover"])[1]
    before = load.between(marks["fail"] - 1, marks["fail"])[1]
    after = load.between(marks["end"] - 0.5, marks["end"])[1]
    fine = load.wrong == 0 and worst <= slowest + BUDGET * 1000 and after > 50
    print(f"{name:22} {len(load.answers):7} answers {load.wrong:3} wrong   slowest {worst:6.1f} ms   hits {before:3.0f} % before"
          f" {during:3.0f} % during {after:3.0f} % {marks['end'] - marks['recover']:4.1f} s later   {'good' if fine else 'BAD'}", flush=True)
    return fine


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--bin", default=f"{ROOT}/.build/release")
    options = parser.parse_args()
    with workspace() as folder:
        backend = free_port()
        nginx(folder, "backend", f"keepalive_requests 100000000; server {{ listen 127.0.0.1:{backend}; default_type application/json;\n"
              "location ~ /(\\d+)$ { return 200 '{\"id\":\"$1\"}'; } }", core=1)
        wait_for(backend)
        process, port = gateway(options, folder, backend, None)
        load = Load(port, options.clients)
        await load.run(lambda: asyncio.sleep(4))
        stop(process)
        slowest = load.between(0, float("inf"))[0]
        print(f"{'without a cache':22} {len(load.answers):7} answers {load.wrong:3} wrong   slowest {slowest:6.1f} ms", flush=True)

        good = load.wrong == 0
        redis = Redis(folder)
        url = f"redis://127.0.0.1:{redis.port}"

        async def case(name, fail, recover, at=url):
            nonlocal good
            good = await outage(options, folder, backend, name, at, fail, recover, slowest) and good

        def full():
            redis.cli("CONFIG", "SET", "maxmemory", "1")

        await case("kill -9, then started", redis.kill, redis.start)
        await case("SIGSTOP, SIGCONT", lambda: redis.signal(signal.SIGSTOP), lambda: redis.signal(signal.SIGCONT))
        await case("emptied", lambda: redis.cli("FLUSHALL"), None)
        await case("full, noeviction", full, lambda: redis.cli("CONFIG", "SET", "maxmemory", "0"))
        master, replica, url = sentinels(folder)
        await case("failover by sentinels", master.kill, None, url)
        redis.kill()
        await case("not there at first", lambda: None, redis.start)
    sys.exit(0 if good else 1)


asyncio.run(main())

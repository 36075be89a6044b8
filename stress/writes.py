#!/usr/bin/env python3
"""A storm of faults over a checkout that writes: all of it is done, or none, or the log says what is not.

    writes.py --binary weft [--checkouts 10000] [--turn 5] [--lanes 8] [--seed N]

Each lane has a demo shop (`weft demo`) and a gateway (`weft run`) over compositions/ of its own, and goes through turns of
a few checkouts. In each turn one service, or two of them, misbehave: on reads, on writes or on their undoing; before the
work or after it. Some clients leave, at any moment; some repeat themselves, or ask twice at once without a key; some have
no right to buy. Every few turns the gateway reads its folder anew, or is ended by SIGTERM while another one starts. In the
end the services' own books, the answers and the logs are compared (`verdict.py`). On loopback, bounded, ends by itself;
exit status 1: something is wrong.
"""
import argparse
import asyncio
import collections
import itertools
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request

import verdict
from client import Client
from gateway import Gateway

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVICES = ["inventory", "payments", "orders"]
# The time that one lane has for all its turns to end, in seconds for each checkout.
PATIENCE = 10
SETTINGS = """
trustedProxies: [127.0.0.0/8]
shutdown: { drain: %s }
log: { access: true }
"""

# Writes that read nothing of it would be sent by then.
LATE = {"mode": "fail", "status": 503, "ms": 150}
# What a service does instead of answering as it should. Lies are not among them: a 503 of a service that has done it, or
# a 200 of one that has not undone it (docs/writes.md).
MODES = [
    {"mode": "fail", "status": 503}, {"mode": "fail", "status": 500}, {"mode": "fail", "status": 500, "after": True},
    {"mode": "hang"}, {"mode": "hang", "after": True}, {"mode": "reset"}, {"mode": "reset", "after": True},
    {"mode": "slow", "ms": 300}, {"mode": "slow", "ms": 1500}, {"mode": "slow", "ms": 1500, "after": True},
    {"mode": "garbage"}, {"mode": "garbage", "after": True}, {"mode": "fail", "status": 402}, LATE,
]


def faults(services, on):
    modes = [mode for mode in MODES if on in ("reads", "writes") or mode != {"mode": "garbage"}]
    return [(service, mode | {"on": on}) for service in services for mode in modes]


def plan():
    """Which faults there are in each turn. First each one on writes, beside some others, for those who have little time;
    then none, each by itself, and each pair on the writes of two services, or on the writes of one and the undoing of
    another. A service has one fault at a time: on both where it is on all."""
    writes, undoings = faults(SERVICES, "writes"), faults(SERVICES, "undoing")
    reads = faults(["users", "products", "orders"], "reads")
    singles = [[], *([fault] for fault in writes + undoings + reads + faults(SERVICES, "all"))]
    pairs = [
        [one, other] for one, other in itertools.product(writes, writes + undoings) if one[0] < other[0]
    ] + [[one, other] for one, other in itertools.product(writes, undoings) if one[0] > other[0]]
    first = [
        [one] + random.sample([other for other in undoings + reads if other[0] != one[0]], random.choice([0, 1]))
        for one in writes
    ]
    rest = singles + pairs
    first.append([("products", LATE | {"on": "reads"})])
    random.shuffle(first)
    random.shuffle(rest)
    return first + rest


class Shop:
    """The demo's services. The gateway that comes with them has nothing to do."""

    def __init__(self, binary):
        command = [binary, "demo", "compositions", "--shop-port", "0", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.ports = {}
        for line in self.process.stdout:
            if match := re.match(r"demo (\w+) +http://127\.0\.0\.1:(\d+)", line):
                self.ports[match.group(1)] = int(match.group(2))
            elif "admin on" in line:
                break
        if len(self.ports) < 11:
            sys.exit("the demo shop does not start")
        self.environment = {f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in self.ports.items()}

    def ask(self, service, path, fault=None):
        body = None if fault is None else json.dumps(fault).encode()
        url = f"http://127.0.0.1:{self.ports[service]}{path}"
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as answer:
            return json.load(answer)

    def set(self, faults):
        for service in self.ports:
            self.ask(service, "/__fault", {"mode": "ok"})
        for service, fault in faults:
            self.ask(service, "/__fault", fault)

    def books(self):
        return {service: self.ask(service, "/__books") for service in SERVICES}

    def in_stock(self):
        skus = [product["sku"] for product in self.ask("products", "/products?limit=1000")["items"]]
        found = []
        for start in range(0, len(skus), 200):
            found += self.ask("inventory", "/stock?skus=" + ",".join(skus[start : start + 200]))
        return [stock["sku"] for stock in found if stock["available"] > 200]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Lane:
    """One shop, the gateways before it, one after the other, and the checkouts that went through them."""

    def __init__(self, binary, number):
        self.binary, self.number = binary, number
        self.shop = Shop(binary)
        self.skus = self.shop.in_stock()
        self.files = {}
        # shop.yaml wants providers that SETTINGS has not.
        for name in os.listdir(os.path.join(ROOT, "compositions")):
            if not name.endswith(".yaml") or name == "shop.yaml":
                continue
            with open(os.path.join(ROOT, "compositions", name)) as file:
                self.files[name] = file.read()
        self.gateways, self.ending = [], []
        self.checkouts, self.problems = [], []
        self.count = collections.Counter()
        self.start()

    def start(self):
        self.files["gateway.yaml"] = SETTINGS % random.choice(["200ms", "1s", "20s"])
        self.gateways.append(Gateway(self.binary, files=self.files, environment=self.shop.environment))

    @property
    def gateway(self):
        return self.gateways[-1]

    async def restart(self):
        """Another one takes over while this one drains."""
        await asyncio.sleep(random.uniform(0, 0.3))
        old = self.gateway
        await asyncio.to_thread(self.start)
        old.process.send_signal(signal.SIGTERM)
        self.count["restarts"] += 1

    async def reload(self):
        await asyncio.sleep(random.uniform(0, 0.3))
        answers = random.choice(["4s", "5s", "6s"])
        self.gateway.write(
            "checkout.yaml", re.sub(r"timeout: 5s  ", f"timeout: {answers}  ", self.files["checkout.yaml"])
        )
        await asyncio.to_thread(self.gateway.reload)
        self.count["reloads"] += 1

    async def run(self, turns, checkouts, size):
        for number, begun in enumerate(range(0, checkouts, size)):
            await self.turn(turns[number % len(turns)], min(size, checkouts - begun))
        await asyncio.to_thread(self.shop.set, [])
        await self.settle()

    async def turn(self, faults, checkouts):
        # A share of them is affected, or each one is.
        given = [(service, fault | {"rate": random.choice([0.5, 0.5, 1.0])}) for service, fault in faults]
        await asyncio.to_thread(self.shop.set, given)
        others = random.choices([None, self.restart, self.reload], [12, 1, 1])[0]
        undoing = {service for service, fault in faults if fault["on"] in ("undoing", "all")}
        begun = [
            verdict.Checkout(f"{self.number}-{len(self.checkouts) + place}", faults, undoing, others == self.restart)
            for place in range(checkouts)
        ]
        self.checkouts += begun
        await asyncio.gather(*(self.client(checkout) for checkout in begun), *([others()] if others else []))
        await self.quiet(self.gateway)

    async def client(self, checkout):
        checkout.user = random.randrange(1, 200)
        checkout.may_buy = random.random() > 0.08
        leaves = random.random() < 0.3
        checkout.is_doubled = not leaves and random.random() < 0.1
        has_key = not checkout.is_doubled and random.random() < 0.6
        key = f"Idempotency-Key: key-{checkout.id}\r\n" if has_key else ""
        lines = [{"sku": sku, "quantity": 1} for sku in random.sample(self.skus, random.choice([1, 1, 2, 3]))]
        body = json.dumps({"id": checkout.id, "lines": lines}).encode()
        head = (
            "POST /api/checkout HTTP/1.1\r\nHost: stress.test\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer demo-{checkout.user if checkout.may_buy else 9999}\r\n{key}"
            f"X-Forwarded-For: 192.0.2.1\r\nX-Request-Id: %s\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        await asyncio.sleep(random.uniform(0, 0.05))
        if leaves:
            self.count["left"] += 1
            return await self.leave((head % checkout.request(0)).encode() + body)
        if checkout.is_doubled:
            await asyncio.gather(*(self.ask(checkout, head, body, number) for number in range(2)))
            return
        await self.ask(checkout, head, body, 0)
        # Not while the first one may be under way: docs/writes.md.
        if checkout.answers and not checkout.answers[-1].is_pending and random.random() < 0.25:
            self.count["repeated"] += 1
            await self.ask(checkout, head, body, 1)

    async def ask(self, checkout, head, body, number):
        request = checkout.request(number)
        try:
            client = await Client.connect(self.gateway.port)
            client.writer.write((head % request).encode() + body)
            status, headers = await client.receive_head()
            answer = await client.receive_body(headers)
            client.leave(by_reset=False)
            checkout.answers.append(verdict.Answer(number, status, headers, answer))
            self.count[status] += 1
        except (OSError, asyncio.IncompleteReadError):
            self.count["cut off"] += 1
        except asyncio.TimeoutError:
            self.problems.append(f"{checkout}: no answer")

    async def leave(self, request):
        """A client that is gone before its answer, in order or by a reset; at times with half of its request."""
        try:
            client = await Client.connect(self.gateway.port)
            end = random.randrange(len(request)) if random.random() < 0.1 else len(request)
            client.writer.write(request[:end])
            # The writes begin some 40 ms later, and take some 100 ms where nothing is wrong.
            await asyncio.sleep(random.choice([random.uniform(0, 0.2), random.expovariate(2)]))
            client.leave(by_reset=random.random() < 0.5)
        except OSError:
            pass

    async def quiet(self, gateway):
        """Nothing of it runs any more."""
        while gateway.process.poll() is None:
            try:
                health = await asyncio.to_thread(gateway.health)
            except OSError:
                return
            if health["writes"]["running"] == 0 and health["requestsInFlight"] == 0:
                return
            await asyncio.sleep(0.02)

    async def settle(self):
        """All gateways have ended, and the services have done what they took."""
        self.gateway.process.send_signal(signal.SIGTERM)
        for gateway in self.gateways:
            status = await asyncio.to_thread(gateway.process.wait, 60)
            # 1: something was cut off at the end of the drain, and the log says so.
            if status not in (0, 1):
                self.problems.append(f"the gateway's exit status was {status}")
        while any(books["pending"] for books in (await asyncio.to_thread(self.shop.books)).values()):
            await asyncio.sleep(0.05)

    def judge(self):
        log = [line for gateway in self.gateways for line in gateway.logged()]
        self.problems += verdict.judge(self.checkouts, self.shop.books(), log, self.count)

    def stop(self):
        for gateway in self.gateways:
            if gateway.process.poll() is None:
                gateway.process.kill()
            gateway.process.wait()
            gateway.log.close()
            gateway.folder.cleanup()
        self.shop.stop()


async def storm(lanes, options):
    began = time.monotonic()
    turns = plan()
    share = -(-options.checkouts // len(lanes))
    runs = [
        asyncio.create_task(
            lane.run(turns[number :: len(lanes)], min(share, options.checkouts - number * share), options.turn)
        )
        for number, lane in enumerate(lanes)
    ]
    told = began
    while not all(run.done() for run in runs):
        await asyncio.wait(runs, timeout=1, return_when=asyncio.FIRST_EXCEPTION)
        for run in runs:
            if run.done() and run.exception():
                raise run.exception()
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"[{told - began:6.1f} s] {sum(len(lane.checkouts) for lane in lanes)} checkouts", flush=True)
        if time.monotonic() - began > 60 + share * PATIENCE:
            sys.exit("FAILED: the storm does not end")
    print(f"[{time.monotonic() - began:6.1f} s] all of them have ended")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--checkouts", type=int, default=10_000)
    parser.add_argument("--turn", type=int, default=5, help="checkouts of a turn")
    parser.add_argument("--lanes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    print(f"seed {options.seed}", flush=True)
    random.seed(options.seed)
    lanes = []
    try:
        for number in range(options.lanes):
            lanes.append(Lane(options.binary, number))
        asyncio.run(storm(lanes, options))
        for lane in lanes:
            lane.judge()
    finally:
        for lane in lanes:
            lane.stop()
    count = sum((lane.count for lane in lanes), collections.Counter())
    for name, number in sorted(count.items(), key=str):
        print(f"  {name!s:<40}{number:>7}")
    problems = [problem for lane in lanes for problem in lane.problems]
    for problem in problems[:20]:
        print("WRONG", problem)
    print(f"FAILED: {len(problems)} of {options.checkouts} checkouts" if problems else "good")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

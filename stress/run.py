#!/usr/bin/env python3
"""Runs of a gateway under hostile weather. All of it on loopback, bounded, and ends by itself.

    run.py soak    --binary weft [--seconds 600]      mixed load, random faults, clients that leave; every answer checked
    run.py storm   --binary weft [--requests 50000]   requests that are all given up by their clients, then right ones
    run.py million --binary weft [--requests 1000000] wrk against all kinds of routes, for the memory

With --http2, soak and storm go over HTTP/2 and TLS (by PyPI's h2).

Prints what it measured. Exit status 1: a wrong answer, or memory or descriptors that are not back where they were.
"""
import argparse
import asyncio
import collections
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

import kinds
import leaving
from client import Client, Wrong
from gateway import Backend, Gateway

CLIENTS = 48
LEAVING_AT_ONCE = 200
# What the gateway may hold when it is idle at the end beyond what it held when it was idle after the warm-up.
GROWTH_KIB = 8 * 1024
# Of descriptors: kept connections to backends, whose number is not the same at every idle moment.
MORE_DESCRIPTORS = 64
# Share of answers that may come later than the gateway's own deadlines because the machine is busy.
MOST_LATE = 0.02


class Report:
    def __init__(self, gateway, backend):
        self.gateway, self.backend = gateway, backend
        self.began = time.monotonic()
        self.wrong, self.problems = [], []
        self.count = collections.Counter()
        self.client, self.mix, self.leave = Client, kinds.MIX, leaving.leave
        self.more_descriptors = MORE_DESCRIPTORS

    def speak_http2(self):
        import client2

        self.client, self.mix, self.leave = client2.Client, kinds.MIX2, leaving.leave_stream
        # A client has up to four requests at once.
        self.more_descriptors = 4 * MORE_DESCRIPTORS

    def tell(self, text):
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    async def idle(self, when):
        """Memory (KiB) and descriptors once nothing runs any more."""
        left = await asyncio.to_thread(self.gateway.wait_until_idle, self.backend)
        if left:
            self.problems.append(f"{when}: not idle after a minute: {left}")
        state = (self.gateway.resident(), self.gateway.descriptors())
        self.tell(f"{when}: {state[0]} KiB, {state[1]} descriptors, {sum(self.count.values())} requests")
        return state

    def compare(self, before, after):
        if after[0] - before[0] > GROWTH_KIB:
            self.problems.append(f"memory grew by {after[0] - before[0]} KiB; at most {GROWTH_KIB} may be")
        if after[1] - before[1] > self.more_descriptors:
            self.problems.append(f"{after[1] - before[1]} more descriptors; at most {self.more_descriptors} may be")

    def end(self):
        for wrong in self.wrong[:20]:
            print("WRONG", wrong)
        checked = sum(self.count.values()) - self.count["left"]
        if kinds.late > MOST_LATE * max(checked, 50):
            self.problems.append(f"{kinds.late} answers of {checked} were late")
        if self.wrong:
            self.problems.append(f"{len(self.wrong)} wrong answers")
        status = self.gateway.stop()
        if status != 0:
            self.problems.append(f"the gateway's exit status was {status}")
        self.backend.stop()
        for kind, number in sorted(self.count.items()):
            print(f"  {kind:<12}{number:>9}")
        print(f"  late, by the gateway's own deadlines: {kinds.late}")
        print("\n".join(f"FAILED: {problem}" for problem in self.problems) or "good")
        sys.exit(1 if self.problems else 0)


async def right_requests(report, until):
    """One client that asks for this and that, checks every answer, and takes a new connection now and then."""
    client = None
    while until():
        kind = random.choices(list(report.mix), list(report.mix.values()))[0]
        try:
            client = client or await report.client.connect(report.gateway.port)
            await kind(client)
        except Wrong as wrong:
            report.wrong.append(wrong)
        except Exception as error:
            report.wrong.append(f"{kind.__name__}: {error!r}")
        report.count[kind.__name__] += 1
        if client and (client.is_over or random.random() < 0.05):
            client.leave(by_reset=False)
            client = None
    if client:
        client.leave(by_reset=False)


async def leaving_requests(report, until):
    while until():
        moment = random.choice(list(leaving.TARGETS))
        try:
            await report.leave(report.gateway.port, moment)
        except Exception as error:
            report.wrong.append(f"{moment}: {error!r}")
        report.count["left"] += 1


async def load(report, seconds, right=CLIENTS, left=8):
    end = time.monotonic() + seconds
    until = lambda: time.monotonic() < end
    await asyncio.gather(
        *(right_requests(report, until) for _ in range(right)), *(leaving_requests(report, until) for _ in range(left))
    )


async def storm(report, requests):
    begun = iter(range(requests))
    until = lambda: next(begun, None) is not None
    await asyncio.gather(*(leaving_requests(report, until) for _ in range(min(LEAVING_AT_ONCE, requests))))


async def soak_run(report, options):
    await load(report, max(10, options.seconds * 0.15))
    before = await report.idle("after the warm-up")
    rounds = max(1, options.seconds // 60)
    for number in range(rounds):
        await load(report, options.seconds * 0.85 / rounds)
        after = await report.idle(f"round {number + 1} of {rounds}")
    report.compare(before, after)


async def storm_run(report, options):
    await load(report, 5, left=0)
    await storm(report, max(1000, options.requests // 10))
    before = await report.idle("after the warm-up")
    await storm(report, options.requests)
    after = await report.idle(f"after {options.requests} requests that were given up")
    await load(report, 5, left=0)
    report.compare(before, after)
    report.compare(before, await report.idle("after right requests again"))


def wrk(gateway, target, seconds):
    command = ["wrk", "-t1", "-c64", f"-d{seconds}", f"http://127.0.0.1:{gateway.port}{target}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx.*|Socket errors.*", text)
    return int(re.search(r"(\d+) requests in", text).group(1)), bad and bad.group(0)


NGINX = """
daemon off; worker_processes 1; pid %s/pid; error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600;
  server { listen 127.0.0.1:%d; default_type application/json;
    location /json/ { return 200 '{"role":"any","id":"7","list":[1,2,3]}'; }
    location /bytes/ { return 200 '%s'; } } }
"""


def million_run(options):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        with open(os.path.join(folder, "nginx.conf"), "w") as file:
            file.write(NGINX % (folder, port, "x" * 1024))
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", "nginx.conf"], stderr=subprocess.DEVNULL)
        gateway = Gateway(options.binary, f"http://127.0.0.1:{port}")
        try:
            return million(options, gateway)
        finally:
            gateway.stop()
            nginx.terminate()
            nginx.wait(15)


def million(options, gateway):
    began, done, first, problems = time.monotonic(), 0, None, []
    targets = ["/page/7/ok/ok/ok", "/raw/bytes/1", "/static"]
    while done < options.requests:
        for target in targets:
            count, bad = wrk(gateway, target, 5)
            done += count
            if bad:
                problems.append(f"{target}: {bad}")
        under_load = gateway.resident()
        gateway.wait_until_idle()
        state = (gateway.resident(), gateway.descriptors())
        first = first or state
        print(f"[{time.monotonic() - began:6.1f} s] {done} requests: {state[0]} KiB (64 clients: {under_load} KiB), "
              f"{state[1]} descriptors", flush=True)
    if state[0] - first[0] > GROWTH_KIB:
        problems.append(f"memory grew by {state[0] - first[0]} KiB; at most {GROWTH_KIB} may be")
    if state[1] - first[1] > MORE_DESCRIPTORS:
        problems.append(f"{state[1] - first[1]} more descriptors")
    print("\n".join(f"FAILED: {problem}" for problem in problems) or "good")
    sys.exit(1 if problems else 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["soak", "storm", "million"])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--http2", action="store_true")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--requests", type=int)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    random.seed(options.seed)
    if options.what == "million":
        options.requests = options.requests or 1_000_000
        return million_run(options)
    options.requests = options.requests or 50_000
    backend = Backend()
    report = Report(Gateway(options.binary, f"http://127.0.0.1:{backend.port}", tls=options.http2), backend)
    if options.http2:
        report.speak_http2()
    asyncio.run((soak_run if options.what == "soak" else storm_run)(report, options))
    report.end()


if __name__ == "__main__":
    main()

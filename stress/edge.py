#!/usr/bin/env python3
"""Mixed load on two gateways with all policies, while tokens get new keys and Redis fails over. Each decision is judged.

    edge.py --binary weft [--seconds 1800] [--seed N]    mixed load; memory and descriptors have to stay where they were
    edge.py exact --binary weft [--requests 10000]       N allowed is N: Redis killed, suspended and back in between

64 clients ask both gateways for this and that (`visits.py`): with tokens and keys of all kinds, addresses, origins, bodies,
attacks. What has to come of it is worked out by `rules.py` from docs/edge.md. Beside that, groups of requests that share
what no other request has, a counter or an idempotency key, are judged as a whole (`groups.py`). Keys of tokens change
every 20 s (`tokens.py`), Redis fails in several ways (`weather.py`), the gateways read their folders anew, and some clients
leave.
On loopback, bounded, ends by itself; exit status 1: a wrong decision, or memory or descriptors that are not back.
"""
import argparse
import asyncio
import collections
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback

import groups
import rules
import tokens
from caller import Connection, head_of
from fleet import Watched
from gateway import Gateway
from origin import Backend
from rules import Wrong, expect
from visits import Worker
from weather import Weather

CLIENTS = 64
GROUPS_AT_ONCE = 12
KEY_LIFE = 20
# What each gateway may hold when it is idle at the end beyond what it held when it was idle after the warm-up: by then the
# tokens that it remembers (10,000), its counters and its cache are at their bounds or near them.
GROWTH_KIB = 8 * 1024
MORE_DESCRIPTORS = 64
REMEMBERED = 10_000
# Share of the time in which a gateway may have been without Redis although nothing was done to it.
MOST_NOISE = 0.1
# Seconds beyond twice those that are wanted after which a run that does not end is ended.
PATIENCE = 300
# Wrong decisions of one kind that are shown.
MOST_TOLD = 3


class Run:
    def __init__(self, options, folder):
        self.options, self.seed = options, options.seed
        self.dice = random.Random(options.seed)
        self.issuer = tokens.Issuer(folder)
        self.redis = Watched(folder)
        self.backend = Backend(self.issuer)
        self.gateways, self.weather = [], None
        self.count, self.wrong, self.problems = collections.Counter(), [], []
        self.number = 0
        # The definition that counts at each gateway, and the one that is on its way there.
        self.generations = [(0, 0), (0, 0)]
        # Of each gateway: when which definition had taken the place of the one before.
        self.reloads = [[(0.0, 0)], [(0.0, 0)]]
        self.later = collections.deque()
        self.began = time.monotonic()

    def tell(self, text):
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    def next_number(self):
        self.number += 1
        return self.number

    def token(self, dice):
        kind = dice.choices(list(self.issuer.keys[0].tokens), [60] + [2] * (len(self.issuer.keys[0].tokens) - 1))[0]
        if dice.random() < 0.04:
            return dice.choice(dice.choice(self.issuer.ghosts).tokens["good"])
        newest = len(self.issuer.keys) - 1
        place = max(0, newest - dice.choices([0, 1, 2, 3, 5], [50, 30, 8, 4, 2])[0])
        return dice.choice(self.issuer.keys[place].tokens[kind])

    # Judging

    def note(self, kind, answer):
        decision = answer.decision()
        self.count[kind, decision.status, decision.stage or ""] += 1

    def tell_wrong(self, kind, wrong, request=None):
        self.wrong.append(f"{kind}: {wrong}")
        self.count[kind, "wrong", ""] += 1
        if len(self.wrong) <= 5:
            self.tell(f"WRONG {self.wrong[-1][:500]}")

    def judge_later(self, taken, kind, check):
        """What depends on Redis' weather until `taken`, which is known only later."""
        self.later.append((taken, kind, check))

    def blame_later(self, sent, taken, kind, wrong):
        """Wrong unless something was amiss with Redis meanwhile."""
        def check():
            if self.weather.is_fine(sent, taken):
                raise wrong
            self.count[kind, "excused by Redis", ""] += 1

        self.judge_later(taken, kind, check)

    async def judge_those(self):
        while self.later:
            taken, kind, check = self.later.popleft()
            await self.weather.known(taken)
            try:
                check()
            except Wrong as wrong:
                self.tell_wrong(kind, wrong)

    async def keep_judging(self, until):
        while time.monotonic() < until:
            await self.judge_those()
            await asyncio.sleep(0.2)

    def check_generation(self, answer):
        """That which counted when it was asked for, or one that has come since."""
        oldest = max(number for at, number in self.reloads[answer.gateway] if at <= answer.sent)
        newest = self.generations[answer.gateway][1]
        expect(oldest <= answer.generation() <= newest, f"generation {answer.generation()}, not {oldest} to {newest}")

    # What goes on beside

    async def rotate(self, until):
        while time.monotonic() + KEY_LIFE < until:
            begun = time.monotonic()
            key = await asyncio.to_thread(self.issuer.make)
            await asyncio.sleep(KEY_LIFE - (time.monotonic() - begun))
            self.issuer.publish(key)
            self.count["keys of tokens", "", ""] += 1

    async def lose_keys(self, until, pause):
        """At times the issuer answers nothing useful for a few seconds."""
        while await slept(pause * self.dice.uniform(0.5, 1), until - 6):
            self.issuer.is_down = True
            await asyncio.sleep(6)
            self.issuer.is_down = False
            self.count["issuer down", "", ""] += 1

    async def reload(self, until, pause):
        while await slept(pause * self.dice.uniform(0.5, 1), until):
            for number in self.dice.sample([0, 1], 2):
                counts = self.generations[number][0]
                self.generations[number] = (counts, counts + 1)
                self.gateways[number].write("shop.yaml", definition(counts + 1))
                await asyncio.to_thread(self.gateways[number].reload)
                self.reloads[number].append((time.monotonic(), counts + 1))
                self.generations[number] = (counts + 1, counts + 1)
                self.count["reloads", "", ""] += 1

    async def start(self):
        await asyncio.to_thread(self.redis.wait, self.redis.is_whole, "the sentinels do not find each other")
        server = await asyncio.start_server(self.backend.serve, "127.0.0.1", 0, backlog=1024, limit=1 << 20)
        port = server.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        for number in range(2):
            files = {
                "gateway.yaml": rules.GATEWAY % {"redis": self.redis.url, "keys": f"{address}/keys/{number}"},
                "shop.yaml": definition(0), "keys.yaml": partners(),
            } | {f"public/{name}": text for name, text in rules.ASSETS.items()} | {"public/.hidden": "not this"}
            environment = {"BACKEND": address, "SECRET": tokens.SECRET}
            self.gateways.append(await asyncio.to_thread(Gateway, self.options.binary, None, files, environment))
        self.weather = Weather(self.redis, self.gateways, random.Random(f"{self.seed} weather"))

    async def load(self, seconds, is_rough=True):
        until = time.monotonic() + seconds
        self.jobs, self.is_loading = asyncio.Queue(), True
        workers = [asyncio.create_task(Worker(self, f"{number} {until}").work()) for number in range(CLIENTS)]
        beside = [
            self.rotate(until), self.reload(until, max(8, min(60, seconds / 6))),
            self.lose_keys(until, max(20, min(150, seconds / 3))), groups.make(self, until, GROUPS_AT_ONCE),
            self.keep_judging(until),
        ]
        if is_rough:
            beside.append(self.weather.make(until, max(4, min(30, seconds / 12))))
        try:
            await asyncio.gather(*beside)
        finally:
            self.is_loading = False
            await asyncio.gather(*workers)
        await self.judge_those()

    async def fill(self):
        """Both gateways get as many tokens as they remember, so that this grows no more."""
        for gateway in self.gateways:
            client = await Connection.open(gateway.port)
            for begin in range(0, REMEMBERED, 100):
                for number in range(begin, begin + 100):
                    value = tokens.signed_by_secret(tokens.claims(f"fill-{number}"))
                    client.writer.write(head_of("GET", "/who", [("Authorization", f"Bearer {value}")], None, False))
                for _ in range(100):
                    status, headers = await client.receive_head()
                    await client.receive_body(headers)
                    expect(status == 200, f"{status} for a token while filling")
            client.leave(by_reset=False)

    async def idle(self, when):
        lefts = await asyncio.gather(*(asyncio.to_thread(gateway.wait_until_idle) for gateway in self.gateways))
        for number, left in enumerate(lefts):
            if left:
                self.problems.append(f"{when}: gateway {number} is not idle after a minute: {left}")
        states = [(gateway.resident(), gateway.descriptors()) for gateway in self.gateways]
        requests = sum(n for (kind, status, _), n in self.count.items() if kind == "left" or isinstance(status, int))
        told = "; ".join(f"gateway {number}: {kib} KiB, {fds} descriptors" for number, (kib, fds) in enumerate(states))
        self.tell(f"{when}: {told}; {requests} requests, {len(self.wrong)} wrong")
        return states

    def compare(self, before, after):
        for number in range(2):
            more = after[number][0] - before[number][0]
            if more > GROWTH_KIB:
                self.problems.append(f"memory of gateway {number} grew by {more} KiB; at most {GROWTH_KIB} may be")
            more = after[number][1] - before[number][1]
            if more > MORE_DESCRIPTORS:
                self.problems.append(f"{more} more descriptors of gateway {number}; at most {MORE_DESCRIPTORS} may be")

    async def go(self):
        await self.start()
        tasks = [asyncio.create_task(self.weather.watch()), asyncio.create_task(self.course())]
        # Nobody watches any more: a gateway is gone.
        await asyncio.wait(tasks, timeout=PATIENCE + 2 * self.options.seconds, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[1].done():
            self.problems.append("it does not end, or a gateway is gone")
        self.weather.is_over = True
        for task in tasks[1:]:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                self.problems.append("".join(traceback.format_exception(outcome)))

    async def course(self):
        seconds = self.options.seconds
        await self.fill()
        await self.load(max(15, seconds * 0.15), is_rough=seconds >= 120)
        before = await self.idle("after the warm-up")
        rounds = max(1, round(seconds / 300))
        for number in range(rounds):
            await self.load(max(30, seconds * 0.85 / rounds))
            after = await self.idle(f"round {number + 1} of {rounds}")
        self.compare(before, after)
        for gateway in range(2):
            if often := self.issuer.too_often(gateway):
                self.tell_wrong("keys", f"gateway {gateway} has fetched keys within {tokens.PAUSE} s: {often[:5]}")

    def end(self):
        for gateway in self.gateways:
            log = [line for line in gateway.logged() if "Z error " in line or "Z critical " in line or "Fatal" in line]
            for line in log[:5]:
                self.problems.append(f"in the log: {line}")
            status = gateway.stop()
            if status != 0:
                self.problems.append(f"a gateway's exit status was {status}")
        rows = collections.defaultdict(list)
        for (kind, status, stage), number in sorted(self.count.items(), key=str):
            rows[kind].append(f"{status}{' ' + stage if stage else ''}: {number}".removeprefix(": "))
        for kind, parts in sorted(rows.items()):
            print(f"  {kind:<22}{', '.join(parts)}")
        spans = collections.Counter(span.kind for span in self.weather.troubles)
        print("  Redis:", ", ".join(f"{kind} {number} times" for kind, number in sorted(spans.items())) or "no trouble")
        noise = sum(span.end - span.begin for span in self.weather.noise)
        print(f"  without Redis although nothing was done to it: {noise:.1f} s")
        if noise > MOST_NOISE * (time.monotonic() - self.began):
            self.problems.append(f"{noise:.1f} s without Redis although nothing was done to it")
        told = collections.Counter()
        for wrong in self.wrong:
            told[wrong.partition(":")[0]] += 1
            if told[wrong.partition(":")[0]] <= MOST_TOLD:
                print("WRONG", wrong[:2000])
        if self.wrong:
            self.problems.append(f"{len(self.wrong)} wrong decisions")
        print("\n".join(f"FAILED: {problem}" for problem in self.problems) or "good")
        return 1 if self.problems else 0

    def stop(self):
        for gateway in self.gateways:
            if gateway.process.poll() is None:
                gateway.process.kill()
                gateway.process.wait()
        self.redis.stop()


def partners():
    lines = []
    for name, (plan, scopes, more) in rules.PARTNERS.items():
        digest = hashlib.sha256(f"key-of-{name}".encode()).hexdigest()
        lines.append(f"- {{ id: {name}, sha256: {digest}, scopes: {json.dumps(scopes)}"
                     + (f", plan: {plan}" if plan else "") + (f", {more}" if more else "") + " }\n")
    return "".join(lines)


async def slept(seconds, until):
    """Whether it was slept: not where it would be too late behind it."""
    if time.monotonic() + seconds > until:
        return False
    await asyncio.sleep(seconds)
    return True


def definition(number):
    return rules.DEFINITION.replace("@N@", str(number)).replace("@P@", str(number % 2))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["mixed", "exact"], default="mixed")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    print(f"seed {options.seed}", flush=True)
    # What was started is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    if options.what == "exact":
        import exact

        sys.exit(exact.run(options))
    with tempfile.TemporaryDirectory() as folder:
        run = Run(options, folder)
        try:
            asyncio.run(run.go())
            status = run.end()
        finally:
            run.stop()
    sys.exit(status)


if __name__ == "__main__":
    main()

"""N allowed is N: 64 clients, two gateways, one Redis that is killed, suspended and back in between (`edge.py exact`).

For each `onRedisFailure` as many requests as wanted share one counter. Redis keeps what it has counted on a disk, so being
killed takes nothing from it: over the whole run it lets N through, less those whose answer died with it. A fifth of the
requests each comes while all is well, Redis is dead, all is well, Redis hangs, all is well.
"""
import asyncio
import math
import os
import random
import tempfile
import time

import fleet
from caller import Answer, Connection, head_of
from gateway import Gateway
from rules import Wrong

CLIENTS = 64
# Milliseconds that the slowest answer may be slower than the slowest of the same clients, in the same time, on a route that
# has nothing to do with Redis: the machine may have other things to do.
BUDGET = 60
# Seconds from a failure until every request is decided without Redis.
SETTLED = 0.5
PATIENCE = 30
# And the share of the requests that N is: with `local` less than any of the three who count is asked for.
CONDUCTS = {"local": 0.1, "allow": 0.3, "deny": 0.3}
GATEWAY = """
trustedProxies: [127.0.0.0/8]
redis: "%s"
"""
DEFINITION = """
routes:
  GET /counted: { limit: { rate: %d/24h, by: all, name: counted, onRedisFailure: %s }, response: { ok: true } }
  GET /free: { response: { ok: true } }
"""


class Case:
    def __init__(self, options, folder, conduct):
        self.options, self.conduct = options, conduct
        self.most = int(options.requests * CONDUCTS[conduct])
        self.redis, self.gateways = fleet.Redis(folder, "--appendonly", "yes", "--appendfsync", "always"), []
        self.answers, self.free, self.problems = [], [], []
        self.begun = 0
        # When Redis was taken away, and when both gateways counted in it again.
        self.failures = []
        self.unasked = 0

    def start(self):
        files = {
            "gateway.yaml": GATEWAY % f"redis://127.0.0.1:{self.redis.port}",
            "main.yaml": DEFINITION % (self.most, self.conduct),
        }
        for _ in range(2):
            self.gateways.append(Gateway(self.options.binary, "http://127.0.0.1:1", files))
        deadline = time.monotonic() + PATIENCE
        while not self.without_redis()[1]:
            if time.monotonic() > deadline:
                raise Wrong("the gateways do not find Redis")
            time.sleep(0.1)

    def without_redis(self):
        reports = [gateway.health()["limits"] for gateway in self.gateways]
        return sum(report["withoutRedis"] for report in reports), {report["state"] for report in reports} == {"connected"}

    async def client(self, number):
        dice, connections = random.Random(f"{self.options.seed} {number}"), [None, None]
        while self.begun < self.enough:
            self.begun += 1
            gateway = dice.randrange(2)
            connection = connections[gateway] = connections[gateway] or await Connection.open(self.gateways[gateway].port)
            for target, answers in (("/counted", self.answers), ("/free", self.free)):
                answer = Answer(gateway, target, time.monotonic())
                connection.writer.write(head_of("GET", target, [], None, False))
                answer.status, answer.headers = await connection.receive_head()
                answer.body = await connection.receive_body(answer.headers)
                answer.taken = time.monotonic()
                answers.append(answer)
                await asyncio.sleep(dice.uniform(0.02, 0.06))
        for connection in filter(None, connections):
            connection.leave(by_reset=False)

    async def reach(self, share):
        while self.begun < share * self.options.requests:
            await asyncio.sleep(0.005)

    async def disturb(self):
        for share, fail, recover in (
            (0.2, self.redis.kill, self.redis.start), (0.6, self.redis.suspend, self.redis.resume),
        ):
            await self.reach(share)
            before, _ = await asyncio.to_thread(self.without_redis)
            self.unasked += before - (self.failures[-1][3] if self.failures else 0)
            failed = time.monotonic()
            await asyncio.to_thread(fail)
            await self.reach(share + 0.2)
            recovered = time.monotonic()
            await asyncio.to_thread(recover)
            figure, deadline = None, time.monotonic() + PATIENCE
            while True:
                now, is_connected = await asyncio.to_thread(self.without_redis)
                if is_connected and now == figure:
                    break
                figure = now
                if time.monotonic() > deadline:
                    raise Wrong("the gateways do not find Redis again")
                await asyncio.sleep(0.3)
            self.failures.append((failed, recovered, time.monotonic(), now))
        # And so many when all is well again.
        self.enough = max(self.options.requests, self.begun + self.options.requests // 10)

    async def go(self):
        self.enough = math.inf
        await asyncio.gather(*(self.client(number) for number in range(CLIENTS)), self.disturb())
        self.unasked += (await asyncio.to_thread(self.without_redis))[0] - self.failures[-1][3]

    def judge(self):
        let = lambda answers: sum(answer.status == 200 for answer in answers)
        slowest = lambda answers: max((answer.taken - answer.sent for answer in answers), default=0) * 1000
        first = self.failures[0][0]
        well = [answer for answer in self.answers if answer.taken < first]
        fine, dark = [], []
        for answer in self.answers:
            touched = [span for span in self.failures if answer.taken >= span[0] and answer.sent <= span[2]]
            if not touched:
                fine.append(answer)
            elif any(answer.sent >= span[0] + SETTLED and answer.taken <= span[1] for span in touched):
                dark.append(answer)
        apart = {*fine, *dark}
        between = [answer for answer in self.answers if answer not in apart]
        base, worst = slowest(self.free), slowest(self.answers)
        print(f"  {self.conduct}: N = {self.most}; {len(self.answers)} answers, let through {let(self.answers)}: with "
              f"Redis {let(fine)} of {len(fine)}, without it {let(dark)} of {len(dark)}, in between {let(between)} of "
              f"{len(between)}; the slowest {worst:.0f} ms, without a limit {base:.0f} ms; not asked although Redis was "
              f"there: {self.unasked}", flush=True)

        def check(condition, problem):
            if not condition:
                self.problems.append(f"{self.conduct}: {problem}")

        check(worst <= base + BUDGET, f"the slowest took {worst:.0f} ms, without a limit {base:.0f} ms")
        # One that died with its answer is counted, and its client hears of another decision.
        lost = CLIENTS * len(self.failures)
        total = let(self.answers)
        check({answer.status for answer in self.answers} <= {200, 429, 503}, "another status")
        check({answer.status for answer in self.free} == {200}, "another status without a limit")
        check(let(well) == min(len(well), self.most), f"{let(well)} of {len(well)} before the first failure")
        if self.conduct == "deny":
            check(total <= self.most, f"{total} were let through")
            check(self.most - lost <= total, f"only {total} were let through")
            check({answer.status for answer in dark} == {503}, "without Redis all have to be 503")
        elif self.conduct == "allow":
            check({answer.status for answer in dark} == {200}, "without Redis all have to be let through")
            check(let(fine) <= self.most, f"{let(fine)} were let through with Redis")
        else:
            check(total <= 3 * self.most, f"{total} were let through: more than Redis and two gateways may")
            for number in range(2):
                here = [answer for answer in dark if answer.gateway == number]
                check(let(here) <= self.most, f"gateway {number} has let {let(here)} through without Redis")
            check(total >= 3 * self.most - lost, f"only {total} were let through")
        if self.conduct != "deny":
            check(not any(answer.status == 503 for answer in self.answers), "503 was not asked for")
        if not self.unasked:
            check(not any(answer.status == 503 for answer in fine), "503 although Redis was there")
            check(let(fine) <= self.most, f"{let(fine)} were let through with Redis")
        return self.problems

    def stop(self):
        for gateway in self.gateways:
            gateway.stop()
        self.redis.resume()
        self.redis.kill()


def run(options):
    problems = []
    # Its disk is memory, so that no other disk work counts for the slowest.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        for conduct in CONDUCTS:
            case = Case(options, folder, conduct)
            try:
                case.start()
                asyncio.run(case.go())
                problems += case.judge()
            finally:
                case.stop()
    print("\n".join(f"FAILED: {problem}" for problem in problems) or "good")
    return 1 if problems else 0

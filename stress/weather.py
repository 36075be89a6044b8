"""What happens to Redis during a stress run, and what that excuses."""
import asyncio
import time

import fleet

# Seconds that two gateways may take to count in Redis again after its fleet is whole, and the calm behind it.
PATIENCE, CALM = 60, 1.0
# Seconds from the death of all Redis until nothing is sent there any more.
SETTLED = 1.0
LOOK = 0.4


class Span:
    def __init__(self, kind):
        self.kind, self.begin, self.end = kind, time.monotonic(), None

    def touches(self, sent, taken):
        return self.begin <= taken and (self.end is None or sent <= self.end)

    def holds(self, sent, taken):
        return self.begin + SETTLED <= sent and self.end is not None and taken <= self.end


class Weather:
    """Troubles that were made, those in which there was no Redis at all, and times without trouble in which a gateway could
    not ask Redis all the same, as the machine had other things to do."""

    def __init__(self, redis, gateways, dice):
        self.redis, self.gateways, self.dice = redis, gateways, dice
        self.troubles, self.darkness, self.noise = [], [], []
        self.looked_at = 0.0
        self.figures = [None, None]
        self.is_over = False

    # What it was like between two moments.

    async def known(self, until):
        """Waits until the gateways were looked at after this moment, and until a trouble that goes on has ended."""
        while self.looked_at <= until or any(span.end is None for span in self.troubles + self.darkness):
            await asyncio.sleep(LOOK / 2)

    def is_fine(self, sent, taken):
        return not any(span.touches(sent, taken) for span in self.troubles + self.noise)

    def is_dark(self, sent, taken):
        return any(span.holds(sent, taken) for span in self.darkness)

    # Who watches, and who makes it.

    async def watch(self):
        while not self.is_over:
            began = time.monotonic()
            reports = [await asyncio.to_thread(gateway.health) for gateway in self.gateways]
            figures = [report["limits"]["withoutRedis"] + report["idempotency"]["withoutRedis"] for report in reports]
            if self.figures[0] is not None and figures != self.figures:
                span = Span("noise")
                span.begin, span.end = self.looked_at, time.monotonic()
                if not any(trouble.touches(span.begin, span.end) for trouble in self.troubles):
                    self.noise.append(span)
            self.figures, self.looked_at = figures, began
            await asyncio.sleep(LOOK)

    async def make(self, until, pause):
        """One trouble after the other, each of them over before the next."""
        kinds = [self.killed, self.suspended, self.switched, self.all_killed, self.short_stop]
        # Each comes once before any comes twice.
        coming = []
        while time.monotonic() + pause < until:
            await asyncio.sleep(pause * self.dice.uniform(0.5, 1))
            coming = coming or self.dice.sample(kinds, len(kinds))
            await coming.pop()()

    async def short_stop(self):
        """Shorter than anybody's patience: nobody may notice."""
        self.redis.master.suspend()
        await asyncio.sleep(0.25)
        self.redis.master.resume()

    async def killed(self):
        await self.trouble("master killed", self.kill)

    async def suspended(self):
        await self.trouble("master suspended", self.suspend)

    async def switched(self):
        await self.trouble("master switched", self.switch)

    async def all_killed(self):
        await self.trouble("all killed", self.kill_all)

    async def trouble(self, kind, make):
        span = Span(kind)
        self.troubles.append(span)
        await asyncio.to_thread(make)
        await asyncio.to_thread(self.redis.wait, self.redis.is_whole, f"{kind}: no master and replica again")
        deadline = time.monotonic() + PATIENCE
        calm_since = None
        while calm_since is None or time.monotonic() - calm_since < CALM:
            reports = [await asyncio.to_thread(gateway.health) for gateway in self.gateways]
            states = [report[name]["state"] for report in reports for name in ("limits", "idempotency")]
            figures = [report["limits"]["withoutRedis"] + report["idempotency"]["withoutRedis"] for report in reports]
            if set(states) != {"connected"} or calm_since is None or figures != before:
                calm_since = time.monotonic()
            before = figures
            if time.monotonic() > deadline:
                raise RuntimeError(f"{kind}: the gateways do not find Redis again: {reports}")
            await asyncio.sleep(0.1)
        span.end = time.monotonic()

    # In a thread.

    def kill(self):
        self.redis.master.kill()
        self.redis.fail_over("nobody takes over for a master that was killed")
        self.redis.replica.start("--replicaof", "127.0.0.1", str(self.redis.master.port))

    def suspend(self):
        self.redis.master.suspend()
        self.redis.fail_over("nobody takes over for a master that was suspended")
        self.redis.replica.resume()
        self.redis.make_replica()

    def switch(self):
        self.redis.sentinels[0].ask("SENTINEL", "FAILOVER", fleet.Watched.NAME)
        self.redis.fail_over("the sentinels do not fail over")

    def kill_all(self):
        self.redis.replica.kill()
        self.redis.master.kill()
        span = Span("no Redis")
        self.darkness.append(span)
        time.sleep(self.dice.uniform(6, 9))
        span.end = time.monotonic()
        self.redis.master.start()
        self.redis.replica.start("--replicaof", "127.0.0.1", str(self.redis.master.port))

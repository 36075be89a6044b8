"""Single requests at the edge: what each kind chooses by chance, and what has to come of it."""
import asyncio
import hashlib
import json
import random
import time
import traceback

import rules
import tokens
from caller import Answer, Connection, head_of
from rules import Decision, WORK, Wrong, expect

# Seconds an entry may be older than its `ttl`: it is stamped before it is kept, and read before it is asked for.
CACHE_TTL, CACHE_SLACK = 2, 1.5
# Seconds without use after which a client takes a new connection.
KEPT_OPEN = 20


class Worker:
    """One client, with a connection to each gateway."""

    def __init__(self, run, number):
        self.run, self.dice = run, random.Random(f"{run.seed} {number}")
        self.connections = [None, None]
        # Its last order that was taken: request and answer.
        self.last_order = None

    async def ask(self, gateway, method, target, lines=(), body=None, chunked=False):
        lines = [("User-Agent", "stress"), ("Accept", "*/*"), *lines] if "User-Agent" not in dict(lines) else lines
        asked = f"{method} {target} {lines}" + (f" {len(body)} bytes {body[:200]}" if body is not None else "")
        connection = self.connections[gateway]
        if connection and (connection.is_over or time.monotonic() - connection.used > KEPT_OPEN):
            connection.leave(by_reset=False)
            connection = None
        connection = connection or await Connection.open(self.run.gateways[gateway].port)
        self.connections[gateway] = connection
        answer = Answer(gateway, asked, time.monotonic())
        connection.writer.write(head_of(method, target, lines, body, chunked))
        upload = asyncio.create_task(connection.send_body(body, chunked)) if body is not None else None
        try:
            answer.status, answer.headers = await connection.receive_head()
            has_body = answer.status not in (204, 304)
            answer.body = await connection.receive_body(answer.headers) if has_body else b""
            answer.taken = connection.used = time.monotonic()
            expect(answer.body is not None, "broken off")
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, Wrong) as error:
            connection.is_spent = True
            raise Wrong(f"{error!r} for {answer}") from None
        finally:
            if upload:
                connection.is_spent |= not upload.done()
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)
        return answer

    async def work(self):
        """Requests of groups first, and others in between."""
        while self.run.is_loading:
            if self.run.jobs.empty():
                await self.one()
            else:
                await self.run.jobs.get_nowait()(self)
            await asyncio.sleep(self.dice.uniform(0.01, 0.2))
        for connection in filter(None, self.connections):
            connection.leave(by_reset=False)
        self.connections = [None, None]

    async def one(self):
        if self.dice.random() < 0.03:
            return await self.leave()
        request = Request(self.run, self.dice)
        kind = self.dice.choices(list(MIX), list(MIX.values()))[0]
        try:
            answer = await kind(self, request)
        except Wrong as wrong:
            self.run.tell_wrong(kind.__name__, wrong)
        except Exception as error:
            self.run.tell_wrong(kind.__name__, "".join(traceback.format_exception(error)))
        else:
            self.run.note(kind.__name__, answer)

    async def leave(self):
        """A client that is gone before its answer."""
        request = Request(self.run, self.dice)
        self.run.count["left", "", ""] += 1
        try:
            client = await Connection.open(self.dice.choice(self.run.gateways).port)
            if self.dice.random() < 0.5:
                body = b"x" * self.dice.randrange(1, 6000)
                head = head_of("PUT", "/files/left", request.lines(), body, self.dice.random() < 0.5)
                client.writer.write((head + body)[: self.dice.randrange(1, len(head + body))])
            else:
                target = self.dice.choice(["/items/1", "/mine/2", "/assets/big/data.json", "/news"])
                client.writer.write(head_of("GET", target, request.lines(), None, False))
            await asyncio.sleep(self.dice.choice([0, self.dice.expovariate(20)]))
            client.leave(by_reset=self.dice.random() < 0.5)
        except OSError:
            pass


class Request:
    """What all kinds of requests choose."""

    def __init__(self, run, dice):
        self.run, self.dice = run, dice
        self.gateway = dice.randrange(2)
        self.origin = dice.choices([None, dice.choice(rules.LISTED), dice.choice(rules.UNLISTED)], [4, 2, 1])[0]
        self.encoding = dice.choices([None, "gzip", "br"], [3, 2, 1])[0]
        inside = f"198.{dice.choice([18, 19])}.1.{dice.randrange(100)}"
        self.addresses = dice.choices(
            [None, inside, f"2001:db8:7::{dice.randrange(1, 99):x}", f"198.18.66.{dice.randrange(1, 99)}",
             "203.0.113.9", f"203.0.113.9, {inside}", f"{inside}, 203.0.113.9", "2001:db8:66::1"],
            [20, 60, 10, 2, 2, 2, 2, 2])[0]
        self.shown = rules.Shown()
        # Of orders.
        self.body, self.agent, self.flavor, self.key = b"", "stress", None, None
        self.is_odd = self.is_chunked = self.is_attack = False

    def show(self, both=False):
        dice = self.dice
        what = "both" if both else dice.choices(["token", "key", "both", "nothing"], [12, 5, 1, 1])[0]
        if what in ("token", "both"):
            self.shown.token = self.run.token(dice)
            self.shown.form = dice.choices(["once", "twice", "opaque"], [40, 1, 1])[0]
            if self.shown.form == "opaque":
                self.shown.token = None
        if what in ("key", "both"):
            self.shown.key = dice.choices([*rules.PARTNERS, "stranger"], [8, 2, 2, 1, 1, 1])[0]

    def lines(self):
        lines = [("User-Agent", self.agent), ("Accept", "*/*"), *self.shown.headers()]
        chosen = {
            "Origin": self.origin, "Accept-Encoding": self.encoding, "X-Forwarded-For": self.addresses,
            "X-Flavor": self.flavor, "Idempotency-Key": self.key,
        }
        return lines + [(name, value) for name, value in chosen.items() if value is not None]

    def right(self, decisions):
        """These, unless the address is refused."""
        return decisions if rules.is_let_in(self.addresses) else {Decision(403, "address")}


# MARK: Kinds of requests

async def preflight(worker, request):
    asked = request.dice.choice(["GET", "PUT"])
    target = {"GET": "/items/1", "PUT": "/files/a"}[asked]
    lines = request.lines() + [("Access-Control-Request-Method", asked), ("Access-Control-Request-Headers", "x-a, x-b")]
    request.origin = request.origin or rules.LISTED[0]
    lines = [line for line in lines if line[0] != "Origin"] + [("Origin", request.origin)]
    answer = await worker.ask(request.gateway, "OPTIONS", target, lines)
    expect(answer.status == 204, f"204 has to be: {answer}")
    is_listed = request.origin in rules.LISTED
    for name, value in (("origin", request.origin), ("headers", "x-a, x-b"), ("credentials", "true")):
        said = answer.headers.get(f"access-control-allow-{name}")
        expect(said == (value if is_listed else None), f"access-control-allow-{name}: {answer}")
    expect((asked in answer.headers.get("access-control-allow-methods", "")) == is_listed, f"methods: {answer}")
    return answer


async def order(worker, request):
    dice, run = request.dice, worker.run
    if worker.last_order and dice.random() < 0.2:
        return await order_again(worker)
    request.show()
    number = run.next_number()
    pad = "pad " * dice.choices([5, 700], [20, 1])[0]
    request.is_attack = dice.random() < 0.05
    note = "1' OR '1'='1' UNION SELECT password FROM users --" if request.is_attack else "two pieces, please"
    request.body = json.dumps({"id": f"o{number}", "note": note, "pad": pad}).encode()
    request.agent = dice.choices(["stress", "bad-bot 1.0"], [30, 1])[0]
    request.is_odd = dice.random() < 0.03
    request.is_chunked = dice.random() < 0.3
    request.flavor = dice.choices([None, "f0", "f1"], [16, 1, 1])[0]
    request.key = f"order-{number}" if dice.random() < 0.95 else None
    answer = await send_order(worker, request)
    decision = judge(worker, request, answer, rules.orders(run.issuer, answer, request))
    if decision == WORK:
        expect(answer.json() == {"id": f"o{number}", "run": 1, "by": request.shown.subject()}, f"another order: {answer}")
        expect("idempotency-replayed" not in answer.headers, f"replayed at first: {answer}")
        worker.last_order = (request, answer)
    return answer


async def send_order(worker, request):
    target = "/orders?odd=yes" if request.is_odd else "/orders"
    lines = request.lines() + [("Content-Type", "application/json")]
    return await worker.ask(request.gateway, "POST", target, lines, request.body, request.is_chunked)


async def order_again(worker):
    """The same order once more, at either gateway: its answer again, unless its token has lost its key meanwhile."""
    request, first = worker.last_order
    worker.last_order = None
    request.gateway = request.dice.randrange(2)
    answer = await send_order(worker, request)
    decision = judge(worker, request, answer, rules.orders(worker.run.issuer, answer, request), first)
    if decision != WORK:
        return answer
    replayed = answer.headers.get("idempotency-replayed") == "true" and answer.json() == first.json()
    if not replayed:
        worker.run.blame_later(first.sent, answer.taken, "order again", Wrong(f"not replayed: {answer}"))
    return answer


async def item(worker, request):
    request.show()
    number = request.dice.randrange(40)
    answer = await worker.ask(request.gateway, "GET", f"/items/{number}", request.lines())
    if judge(worker, request, answer, rules.items(worker.run.issuer, answer, request)) == WORK:
        check_kept(answer, number)
        expect(answer.headers.get("content-encoding") == request.encoding, f"it is long enough to be compressed: {answer}")
        varies = answer.headers.get("vary", "").lower()
        expect("accept-encoding" in varies, f"no Vary: Accept-Encoding: {answer}")
    return answer


def check_kept(answer, number):
    if answer.headers.get("content-encoding") == "br":
        return
    told = answer.json()
    expect(told["id"] == str(number), f"another item: {answer}")
    expect(told["at"] >= answer.sent - CACHE_TTL - CACHE_SLACK, f"too old by {answer.sent - told['at']:.1f} s: {answer}")
    expect(told["at"] <= answer.taken, f"from the future: {answer}")
    expect("private" in answer.headers.get("cache-control", ""), f"not private: {answer}")
    expect("cache-status" in answer.headers, f"no Cache-Status: {answer}")


async def mine(worker, request):
    """What is made for one client is nobody else's."""
    request.show()
    request.shown.key = None
    number = request.dice.randrange(5)
    answer = await worker.ask(request.gateway, "GET", f"/mine/{number}", request.lines())
    verdicts = request.shown.of_token(worker.run.issuer, answer)
    if judge(worker, request, answer, rules.simple(verdicts)) == WORK:
        check_kept(answer, number)
        expect(answer.json()["by"] == request.shown.subject(), f"somebody else's answer: {answer}")
    return answer


async def both(worker, request):
    request.show(both=request.dice.random() < 0.8)
    answer = await worker.ask(request.gateway, "GET", "/both", request.lines())
    verdicts = rules.by_all(worker.run.issuer, answer, request.shown)
    if judge(worker, request, answer, rules.simple(verdicts)) == WORK:
        expect(answer.json()["by"] == request.shown.token.subject, f"the first one's identity counts: {answer}")
    return answer


async def news(worker, request):
    request.show()
    answer = await worker.ask(request.gateway, "GET", "/news", request.lines())
    verdicts = request.shown.of_token(worker.run.issuer, answer)
    right = {WORK if verdict == "absent" else found for verdict in verdicts for found in rules.simple({verdict})}
    if judge(worker, request, answer, right) == WORK:
        by = "nobody" if verdicts == {"absent"} else request.shown.token.subject
        expect(answer.json()["by"] == by, f"by {by} it has to be: {answer}")
    return answer


async def secret_token(worker, request):
    """Tokens of a secret: right ones, and some that are not."""
    subject = f"s-{request.dice.randrange(50)}"
    kind = request.dice.choices(["good", "other secret", "ended", "other audience"], [10, 1, 1, 1])[0]
    changes = {"ended": {"exp": -120}, "other audience": {"aud": "x"}}.get(kind, {})
    secret = tokens.SECRET if kind != "other secret" else "another secret that has more than 32 bytes"
    value = tokens.signed_by_secret(tokens.claims(subject, **changes), secret)
    answer = await worker.ask(
        request.gateway, "GET", "/who", request.lines() + [("Authorization", f"Bearer {value}")])
    if judge(worker, request, answer, {WORK if kind == "good" else rules.REFUSED["invalid"]}) == WORK:
        expect(answer.json() == {"by": subject}, f"somebody else: {answer}")
    return answer


async def file_upload(worker, request):
    size = request.dice.choice([0, 1, 4000, 8192, 8193, 20_000])
    body = hashlib.sha256(str(worker.run.next_number()).encode()).digest() * 700
    body, chunked = body[:size], request.dice.random() < 0.5
    answer = await worker.ask(request.gateway, "PUT", "/files/a/b", request.lines(), body, chunked)
    right = {WORK} if size <= 8192 else {Decision(413, "body")}
    if judge(worker, request, answer, right) == WORK:
        expect(answer.json() == {"length": size, "sha1": hashlib.sha1(body).hexdigest()}, f"another body: {answer}")
    return answer


async def note(worker, request):
    length = request.dice.choice([10, 1000, 1100, 5000])
    body = json.dumps({"text": "n" * (length - 13)}).encode()
    lines = request.lines() + [("Content-Type", "application/json")]
    answer = await worker.ask(request.gateway, "POST", "/notes", lines, body, request.dice.random() < 0.5)
    if judge(worker, request, answer, {WORK} if len(body) <= 1024 else {Decision(413, "body")}) == WORK:
        if answer.headers.get("content-encoding") != "br":
            expect(answer.json() == {"got": json.loads(body)["text"]}, f"another note: {answer}")
    return answer


async def asset(worker, request):
    dice = request.dice
    name = dice.choice([*rules.ASSETS, ".hidden", "missing.js", "%2e%2e/gateway.yaml", "big"])
    lines = request.lines()
    if name.startswith("%"):
        # Such a path is refused before there is a route.
        answer = await worker.ask(request.gateway, "GET", f"/assets/{name}", lines)
        expect(answer.decision() == Decision(400, None) and "x-generation" not in answer.headers, f"400: {answer}")
        return answer
    text = rules.ASSETS.get(name, "").encode()
    start, condition = None, dice.choice(["none", "none", "range", "tag"])
    if condition == "range" and text:
        start = dice.randrange(len(text))
        lines.append(("Range", f"bytes={start}-"))
    answer = await worker.ask(request.gateway, "GET", f"/assets/{name}", lines)
    right = {WORK if start is None else Decision(206, None)} if text else {Decision(404, None)}
    decision = judge(worker, request, answer, right)
    if decision.status in (200, 206) and text:
        if answer.headers.get("content-encoding") != "br":
            expect(answer.body == text[start or 0 :], f"other bytes: {answer}")
        expect(answer.headers.get("cache-control") == "public, max-age=60", f"Cache-Control: {answer}")
    if decision.status == 200 and condition == "tag":
        again = await worker.ask(
            request.gateway, "GET", f"/assets/{name}", lines + [("If-None-Match", answer.headers.get("etag", ""))])
        expect(again.status == 304 and again.body == b"", f"304 it has to be: {again}")
        worker.run.note("asset", again)
    return answer


async def moved(worker, request):
    answer = await worker.ask(request.gateway, "GET", "/old/a%2Fb?page=7%261", request.lines())
    if judge(worker, request, answer, {Decision(302, None)}).status == 302:
        expect(answer.headers.get("location") == "/new/a%2Fb?page=7%261", f"Location: {answer}")
    return answer


# How many of each kind.
MIX = {
    preflight: 4, order: 14, item: 14, mine: 8, both: 5, news: 8, secret_token: 4, file_upload: 5, note: 4, asset: 8,
    moved: 3,
}


# Redis can't be asked; a master that did not hear of the end of the first request believes that it runs.
WITHOUT_REDIS = (Decision(503, "idempotency"), Decision(409, "idempotency"))


def judge(worker, request, answer, decisions, first=None):
    """The decision, where it is right. What idempotency says while something is amiss with Redis, or was since the first
    answer with the key, is so; which will be known later."""
    decision = answer.decision()
    try:
        rules.check_headers(answer, request, has_general=True)
        worker.run.check_generation(answer)
        right = request.right(decisions)
        if WORK in right and decision in (WITHOUT_REDIS if first else WITHOUT_REDIS[:1]):
            wrong = Wrong(f"{decision} although Redis was there: {answer}; {first}")
            worker.run.blame_later((first or answer).sent, answer.taken, "order", wrong)
        else:
            rules.check_decision(answer, right)
        token = request.shown.token
        if decision == Decision(401, "auth") and token and request.shown.form == "once" and token.kind == "good":
            # It was refused as its key was not known.
            late = worker.run.issuer.should_have_fetched(answer.gateway, token, answer.sent, answer.taken)
            expect(not late or request.shown.key not in (None, "acme", "beta", "bare"),
                   "its key is published, and the gateway has not asked for it")
    except Wrong as wrong:
        raise Wrong(f"{wrong}; {request.shown}; {answer}") from None
    return decision

"""Groups of requests over both gateways that share what no other request has, a counter or an idempotency key, so that
what they come to is known exactly; by Redis' weather, where that counts."""
import asyncio
import collections
import functools
import json
import random
import time

import tokens
from caller import Connection, head_of
from rules import BURST, Decision, N, REFILL, T, WORK, Wrong, expect

# Requests of one wave, and of the one in the next window.
WAVE, AFTER = 24, 4
SPREAD = 0.6
# Seconds that clocks and the network may add to a window.
EXACTNESS = 0.1
# The time in which a key that nobody holds any more has to be free.
FREE = 40


async def make(run, until, at_once):
    """Groups of random kinds, `at_once` of them at a time, until there is too little time for another."""
    dice = random.Random(f"{run.seed} groups {until}")
    await asyncio.gather(*(one_after_the_other(run, until, dice) for _ in range(at_once)))


async def one_after_the_other(run, until, dice):
    while time.monotonic() < until - 2 * T:
        limit = dice.random() < 0.6
        kind = dice.choice(list(WAVES) if limit else list(SCENARIOS))
        try:
            await (limited(run, kind, dice) if limit else once(run, kind, dice))
        except Exception as error:
            # No answer, or one that can't be read.
            run.tell_wrong(f"group {kind}", error)
        await asyncio.sleep(dice.uniform(0, 1))


async def together(run, asks, spread=SPREAD):
    """Answers to requests that different clients send within `spread` seconds."""
    async def ask(request):
        await asyncio.sleep(run.dice.uniform(0, spread))
        answer = asyncio.get_running_loop().create_future()

        async def job(worker):
            try:
                answer.set_result(await request(worker))
            except Exception as error:
                answer.set_exception(error)

        run.jobs.put_nowait(job)
        return await answer

    answers = await asyncio.gather(*(ask(request) for request in asks), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers


def time_of(answers):
    return min(answer.sent for answer in answers), max(answer.taken for answer in answers)


def allowed(answers):
    return [answer for answer in answers if answer.status == 200]


# MARK: Limits

def by_round(number, dice, index):
    return "", [("X-Round", f"r{number}")]


def by_cost(number, dice, index):
    return "?c=" + "x" * dice.randrange(1, 5), [("X-Round", f"r{number}")]


def by_tenant(number, dice, index):
    return "", [("X-Round", f"r{number}"), ("X-Tenant", f"t{number}-{index % 3}")]


def by_address(number, dice, index):
    """Addresses of one /64 are one client."""
    if number % 2:
        return "", [("X-Forwarded-For", f"2001:db8:1{number % 4096:03x}:1::{index + 1:x}")]
    return "", [("X-Forwarded-For", f"198.19.{2 + number // 250 % 250}.{number % 250}")]


def by_subject(number, dice, index):
    value = tokens.signed_by_secret(tokens.claims(f"r{number}", plan="tiny"))
    return "", [("Authorization", f"Bearer {value}")]


# The route, and what its requests have in common; then names of limits that are not the route's.
WAVES = {
    "local": by_round, "allow": by_round, "deny": by_round, "here": by_round, "bucket": by_round, "cost": by_cost,
    "address": by_address, "subject": by_subject, "plan": by_subject, "two": by_tenant,
}
NAMES = {"subject": "claimed", "plan": "tiny", "two": "all"}


async def limited(run, kind, dice):
    number = run.next_number()

    def asks(count):
        for index in range(count):
            query, lines = WAVES[kind](number, dice, index)
            gateway = dice.randrange(2)
            yield lambda worker, g=gateway, q=query, l=lines: worker.ask(g, "GET", f"/round/{kind}{q}", l)

    # Each gateway counts for itself.
    wave = await together(run, list(asks(WAVE * 2 if kind == "here" else WAVE)))
    # The window began before the first answer.
    await asyncio.sleep(max(0, time_of(allowed(wave) or wave)[1] + T + EXACTNESS - time.monotonic()))
    after = await together(run, list(asks(AFTER)))
    for name, answers in ((f"limit {kind}", wave), (f"limit {kind}, later", after)):
        run.judge_later(time_of(answers)[1], name, functools.partial(judge_and_count, run, kind, name, answers))


def judge_and_count(run, kind, name, answers):
    try:
        how = judge(kind, answers, run.weather)
    except Wrong as wrong:
        sent, taken = time_of(answers)
        told = " ".join(
            f"{answer.gateway}:{answer.status}:{answer.remaining(NAMES.get(kind, kind))}"
            for answer in sorted(answers, key=lambda answer: answer.taken))
        raise Wrong(f"{wrong}; {sent:.2f} to {taken:.2f} s: {told}; {answers[0]}; {answers[-1]}") from None
    run.count[name, how, ""] += 1
    for answer in answers:
        run.count[name, answer.status, answer.decision().stage or ""] += 1


def judge(kind, answers, weather):
    """How strictly it could be looked at."""
    sent, taken = time_of(answers)
    for answer in answers:
        check_answer(kind, answer)
    if kind == "here":
        for gateway in range(2):
            exactly(kind, [answer for answer in answers if answer.gateway == gateway])
        return "exact"
    if weather.is_fine(sent, taken):
        exactly(kind, answers)
        return "exact"
    if not weather.is_dark(sent, taken):
        loosely(kind, answers)
        return "loose"
    if kind == "deny":
        expect(all(answer.status == 503 for answer in answers), "without Redis all have to be refused by 503")
    elif kind == "allow":
        expect(all(answer.status == 200 for answer in answers), "without Redis all have to be let through")
    else:
        for gateway in range(2):
            exactly(kind, [answer for answer in answers if answer.gateway == gateway])
    return "exact without Redis"


def check_answer(kind, answer):
    decision = answer.decision()
    right = {WORK, Decision(429, "limit")} | ({Decision(503, "limit")} if kind == "deny" else set())
    expect(decision in right, f"{decision} is nothing that a limit says: {answer}")
    if answer.status == 429:
        wait = answer.headers.get("retry-after", "")
        expect(wait.isdigit() and 1 <= int(wait) <= T, f"Retry-After: {answer}")


def exactly(kind, answers):
    if not answers:
        return
    expect(all(answer.status != 503 for answer in answers), "503 although Redis can be asked")
    sent, taken = time_of(answers)
    is_one_window = taken - sent < T - EXACTNESS
    let = allowed(answers)
    if kind == "bucket":
        least, most = min(len(answers), BURST), BURST + int(REFILL * (taken - sent))
        expect(least <= len(let) <= most, f"{len(let)} were let through, not {least} to {most}")
        return
    if kind == "cost":
        costs = {answer: answer.asked.partition("?c=")[2].partition(" ")[0].count("x") for answer in answers}
        used = sum(costs[answer] for answer in let)
        expect(used <= (N if is_one_window else 2 * N), f"{used} were let through")
        for answer in answers:
            if answer.status == 429 and is_one_window:
                expect(used + costs[answer] > N, f"there was room for {costs[answer]} beside {used}")
        return
    if kind == "two":
        tenants = collections.Counter(answer.asked.partition("'X-Tenant', '")[2].partition("'")[0] for answer in let)
        expect(max(tenants.values(), default=0) <= (5 if is_one_window else 10), f"of a tenant: {tenants}")
        possible = collections.Counter(answer.asked.partition("'X-Tenant', '")[2].partition("'")[0] for answer in answers)
        most = min(N, sum(min(5, number) for number in possible.values()))
    else:
        most = min(len(answers), N)
    expect(most <= len(let) <= (most if is_one_window else 2 * N), f"{len(let)} were let through, not {most}")
    if is_one_window and kind != "two":
        left = sorted((answer.remaining(NAMES.get(kind, kind)) for answer in let), reverse=True)
        expect(left == list(range(N - 1, N - 1 - len(let), -1)), f"what is left was told as {left}")


def loosely(kind, answers):
    """Redis failed in between. Counted may have been by two masters, the later of which did not hear of all, and by each
    gateway for itself."""
    sent, taken = time_of(answers)
    if kind == "allow" or taken - sent >= T:
        return
    counters = 2 if kind == "deny" else 4
    let = len(allowed(answers))
    most = counters * (BURST + int(REFILL * (taken - sent)) if kind == "bucket" else N)
    expect(let <= most, f"{let} were let through; not even {counters} counters take more than {most}")


# MARK: Idempotency keys

class Person:
    """Somebody with a token of his own, and a key that nobody else has; a body for each of his requests."""

    def __init__(self, run, dice, path):
        self.run, self.dice, self.path, self.number = run, dice, path, run.next_number()
        self.key, self.subject = f"once-{self.number}", f"o{self.number}"
        # Where it has to be one: what is known without Redis.
        self.only = dice.randrange(2) if path == "local" else None

    def id(self, name=""):
        return f"{self.number}{name}"

    def request(self, name="", how=None, **changes):
        body = json.dumps({"id": self.id(name), "how": how}).encode()
        subject, key, path = (changes.get(what, getattr(self, what)) for what in ("subject", "key", "path"))
        value = tokens.signed_by_secret(tokens.claims(subject))
        lines = [("Authorization", f"Bearer {value}"), ("Content-Type", "application/json")]
        if key is not None:
            lines.append(("Idempotency-Key", key))
        gateway = self.dice.randrange(2) if self.only is None else self.only
        return gateway, f"/once/{path}", lines, body

    async def ask(self, *args, **changes):
        gateway, target, lines, body = self.request(*args, **changes)
        return (await together(self.run, [lambda worker: worker.ask(gateway, "POST", target, lines, body)], 0))[0]

    async def at_once(self, count, how):
        requests = [self.request(how=how) for _ in range(count)]
        return await together(
            self.run, [lambda worker, r=request: worker.ask(r[0], "POST", *r[1:]) for request in requests], 0.2)

    def ran(self, name=""):
        return self.run.backend.runs[self.id(name)]


def is_replayed(answer):
    return answer.headers.get("idempotency-replayed") == "true"


def done(who, answer, run=1, name="", replayed=False):
    expect(answer.status == 200 and answer.json() == {"id": who.id(name), "run": run}, f"run {run} it has to be: {answer}")
    expect(is_replayed(answer) == replayed, f"{'' if replayed else 'not '}to be replayed: {answer}")


async def repeated(who):
    answers = [await who.ask() for _ in range(3)]

    def check():
        done(who, answers[0])
        done(who, answers[1], replayed=True)
        done(who, answers[2], replayed=True)
        expect(who.ran() == 1, f"it ran {who.ran()} times")
    return answers, check


async def other_body(who):
    answers = [await who.ask(), await who.ask("other"), await who.ask()]

    def check():
        done(who, answers[0])
        expect(answers[1].decision() == Decision(422, "idempotency"), f"422 it has to be: {answers[1]}")
        done(who, answers[2], replayed=True)
        expect(who.ran("other") == 0, "another request ran")
    return answers, check


async def other_path(who):
    answers = [await who.ask(), await who.ask(path="wait" if who.path != "wait" else "plain")]

    def check():
        done(who, answers[0])
        expect(answers[1].decision() == Decision(422, "idempotency"), f"422 it has to be: {answers[1]}")
    return answers, check


async def other_subject(who):
    answers = [await who.ask(), await who.ask("theirs", subject=who.subject + "-other")]

    def check():
        done(who, answers[0])
        done(who, answers[1], name="theirs")
    return answers, check


async def at_once(who):
    answers = await who.at_once(5, "slow")

    def check():
        first = [answer for answer in answers if answer.status == 200 and not is_replayed(answer)]
        expect(len(first) == 1, f"{len(first)} ran: {answers}")
        done(who, first[0])
        for answer in answers:
            if answer.status == 409 and who.path != "wait":
                expect(answer.decision().stage == "idempotency", f"who says 409? {answer}")
                expect(answer.headers.get("retry-after", "").isdigit(), f"no Retry-After: {answer}")
            elif answer is not first[0]:
                done(who, answer, replayed=True)
        expect(who.ran() == 1, f"it ran {who.ran()} times")
    return answers, check


async def failed(who):
    answers = [await who.ask(how="fail") for _ in range(3)]

    def check():
        expect(answers[0].status in (502, 503) and not answers[0].decision().stage, f"a failure: {answers[0]}")
        done(who, answers[1], run=2)
        done(who, answers[2], run=2, replayed=True)
        expect(who.ran() == 2, f"it ran {who.ran()} times")
    return answers, check


async def without_key(who):
    answers = [await who.ask(key=None), await who.ask(key="k" * 257), await who.ask(key="")]

    def check():
        for answer in answers:
            expect(answer.decision() == Decision(400, "idempotency"), f"400 it has to be: {answer}")
        expect(who.ran() == 0, "it ran without a key")
    return answers, check


async def left(who):
    """A client leaves, and comes again until it is told what came of it."""
    gateway, target, lines, body = who.request(how="slow")
    client = await Connection.open(who.run.gateways[gateway].port)
    client.writer.write(head_of("POST", target, lines, body, False) + body)
    await asyncio.sleep(who.dice.uniform(0, 0.4))
    client.leave(by_reset=who.dice.random() < 0.5)
    answers, deadline = [], time.monotonic() + FREE
    while not answers or answers[-1].status == 409 and time.monotonic() < deadline:
        answers.append(await who.ask(how="slow"))
        await asyncio.sleep(0.3)

    def check():
        expect(answers[-1].status == 200, f"it has to be done: {answers[-1]}")
        is_one = answers[-1].json() == {"id": who.id(), "run": 1} and who.ran() == 1
        expect(is_one, f"it ran {who.ran()} times: {answers[-1]}")
    return answers, check


# What is done, and the routes that it is done at.
SCENARIOS = {
    "repeated": (repeated, ["plain", "wait", "local", "proxied"]),
    "other body": (other_body, ["plain", "local", "proxied"]),
    "other path": (other_path, ["plain", "wait"]),
    "other subject": (other_subject, ["plain", "local", "proxied"]),
    "at once": (at_once, ["plain", "wait", "local", "proxied"]),
    "failed": (failed, ["plain", "proxied"]),
    "without key": (without_key, ["plain", "local"]),
    "left": (left, ["plain", "wait"]),
}


async def once(run, kind, dice):
    make_requests, paths = SCENARIOS[kind]
    who = Person(run, dice, dice.choice(paths))
    began = time.monotonic()
    answers, check = await make_requests(who)
    _, taken = time_of(answers)
    run.judge_later(taken, f"once: {kind}", lambda: judge_person(run, kind, who, began, answers, check))


def judge_person(run, kind, who, began, answers, check):
    _, taken = time_of(answers)
    is_exact = run.weather.is_fine(began, taken) or who.path == "local" and run.weather.is_dark(began, taken)
    try:
        if is_exact:
            check()
        else:
            for answer in answers:
                expect(answer.status != 200 or answer.json()["id"].startswith(who.id()), f"somebody else's: {answer}")
                expect(answer.status in (200, 400, 409, 422, 502, 503), f"what is this? {answer}")
    except Wrong as wrong:
        raise Wrong(f"{who.path}: {wrong}; all: {answers}") from None
    name = f"once: {kind}"
    run.count[name, "exact" if is_exact else "loose", ""] += 1
    for answer in answers:
        run.count[name, answer.status, answer.decision().stage or ("replayed" if is_replayed(answer) else "")] += 1

"""The kinds of request of a stress run. Each knows by itself what its answer has to be."""
import asyncio
import hashlib
import itertools
import json
import random
import re

from backend import content
from client import Client, Wrong

WORD = {
    "ok": "ok", "slow": "ok", "drip": "ok", "reset": "connect", "close": "connect", "hang": "timeout",
    "truncate": "invalid", "garbage": "invalid", "status": "status",
}
FAULTS = [fault for fault in WORD if WORD[fault] != "ok"]
numbers = itertools.count(1)
# Answers that were too late for the gateway's own deadline where nothing was told to be late: the machine was busy.
late = 0


def fault(share):
    return random.choice(FAULTS) if random.random() < share else random.choice(["ok", "ok", "ok", "slow", "drip"])


def expect(what, is_true, *seen):
    if not is_true:
        raise Wrong(f"{what}: {' '.join(str(value)[:300] for value in seen)}")


def outcomes(headers):
    """What the answer says of its calls: name to outcome, those that are plainly ok left out."""
    found = re.findall(r"(\w+);outcome=([\w-]+)", headers.get("weft-outcome", ""))
    return dict(found)


def was_late(expected, seen):
    global late
    if expected == "ok" and seen == "timeout":
        late += 1
        return True
    return expected == seen


async def page(client):
    asked = str(next(numbers))
    given = {name: fault(0.1) for name in ("user", "orders", "extra")}
    status, headers, body = await client.exchange("GET", f"/page/{asked}/" + "/".join(given.values()))
    expect("page", status == 200 and body, asked, given, status, body)
    answer, seen = json.loads(body), outcomes(headers)
    expect("page of another", answer["asked"] == asked, asked, body)
    for name, kind in given.items():
        word = seen.get(name, "ok")
        expect("outcome", was_late(WORD[kind], word), name, asked, given, headers)
        value = {"role": name, "id": asked} if word == "ok" else [] if name == "orders" else None
        expect("value", answer[name] == value, name, asked, given, body)
    word = seen.get("next", "ok")
    depends = "ok" if seen.get("user", "ok") == "ok" else "cancelled"
    expect("dependent", was_late(depends, word), asked, given, headers)
    expect("value", answer["next"] == ({"role": "next", "id": asked} if word == "ok" else None), asked, body)


async def strict(client):
    asked, kind = str(next(numbers)), fault(0.3)
    status, headers, body = await client.exchange("GET", f"/strict/{asked}/{kind}")
    word = outcomes(headers).get("user", "ok")
    expect("outcome", was_late(WORD[kind], word), asked, kind, status, headers, body)
    expect("status", status == {"ok": 200, "timeout": 504}.get(word, 502), asked, kind, status, body)
    if status == 200:
        expect("strict", json.loads(body)["user"] == {"role": "user", "id": asked}, asked, body)


async def order(client):
    number, kind = next(numbers), fault(0.15)
    sent = {"n": number, "text": "ä€" * random.randrange(200)}
    status, headers, body = await client.exchange(
        "POST", f"/order/{kind}", json.dumps(sent, ensure_ascii=False).encode(), random.random() < 0.5
    )
    word = outcomes(headers).get("made", "ok")
    expect("outcome", was_late(WORD[kind], word), number, kind, status, headers, body)
    expect("status", status == {"ok": 200, "timeout": 504}.get(word, 502), number, kind, status, body)
    if status == 200:
        expect("order", json.loads(body) == {"n": number, "made": sent}, sent, body)


async def static(client):
    status, _, body = await client.exchange("GET", "/static")
    expect("static", (status, body) == (200, b'{"hello":"world"}'), status, body)


async def download(client):
    seed, kind = next(numbers), fault(0.15)
    length, framing = random.choice([1, 700, 5000, 65_536, 300_000]), random.choice(["length", "chunked"])
    if random.random() < 0.05:
        length = 4_000_000
    await proxied(client, seed, length, framing, kind)


async def proxied(client, seed, length, framing, kind):
    target = f"/raw/bytes/{seed}/{length}/{framing}/{kind}"
    status, _, body = await client.exchange("GET", target)
    whole = content(seed, length)
    if kind in ("reset", "close", "hang"):
        return expect("proxy", status == (504 if kind == "hang" else 502), target, status, body)
    if status == 504 and was_late("ok", "timeout"):
        return
    expect("status", status == (500 if kind == "status" else 200), target, status, body)
    if kind == "truncate":
        return expect("broken off", body is None, target, status)
    if kind == "garbage":
        whole = whole[:-1] + b"\xff"
    expect("bytes", body == whole, target, status, None if body is None else len(body))


async def upload(client):
    body = content(next(numbers), random.choice([0, 10, 3000, 200_000, 1_000_000]))
    status, _, answer = await client.exchange("POST", "/raw/sink/ok", body, random.random() < 0.5)
    if status == 504 and was_late("ok", "timeout"):
        return
    expect("upload", status == 200, status, answer)
    given = {"length": len(body), "sha1": hashlib.sha1(body).hexdigest()}
    expect("upload", json.loads(answer) == given, given, answer)


async def mirror(client):
    body = content(next(numbers), random.choice([100, 50_000, 1_000_000]))
    status, _, answer = await client.exchange("POST", "/raw/mirror", body, True)
    if status == 504 and was_late("ok", "timeout"):
        return
    expect("mirror", status == 200 and answer == body, status, None if answer is None else len(answer))


async def error(client):
    method, target, body, due = random.choice([
        ("GET", "/nowhere", None, 404), ("DELETE", "/static", None, 405), ("GET", "/static/../static", None, 400),
        ("GET", "/page/%zz/ok/ok/ok", None, 400), ("POST", "/order/ok", b"{not json", 400),
        ("POST", "/order/ok", b"x" * 1_100_000, 413),
    ])
    try:
        status, _, answer = await client.exchange(method, target, body)
    except ConnectionError:
        # 413 comes before the body is read; the rest of it may meet a closed connection.
        expect("refused", due == 413, target)
        client.is_spent = True
        return
    expect("refused", status == due, method, target, status, answer)


async def pipelined(client):
    """Several requests at once; the answers come in their order."""
    seeds = [next(numbers) for _ in range(4)]
    targets = [f"/strict/{seed}/slow" if seed % 2 else f"/raw/bytes/{seed}/2000/length/slow" for seed in seeds]
    client.writer.write(b"".join(Client.head("GET", target) for target in targets))
    for seed, target in zip(seeds, targets):
        status, headers, body = await receive(client)
        if status == 504 and was_late("ok", "timeout"):
            continue
        expect("pipelined", status == 200, target, status, body)
        if seed % 2:
            expect("pipelined", json.loads(body)["asked"] == str(seed), target, body)
        else:
            expect("pipelined", body == content(seed, 2000), target)


async def at_once(client):
    """Several requests at once on one connection of HTTP/2."""
    await asyncio.gather(*(kind(client) for kind in (page, download, static, upload)))


async def receive(client):
    status, headers = await client.receive_head()
    return status, headers, await client.receive_body(headers)


MIX = {
    page: 35, strict: 8, order: 8, static: 10, download: 20, upload: 4, mirror: 3, error: 6, pipelined: 4,
}
# The same over HTTP/2.
MIX2 = {kind: share for kind, share in MIX.items() if kind is not pipelined} | {at_once: 4}

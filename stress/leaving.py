"""Clients that leave before they have their answer, each at a moment of its own."""
import asyncio
import random

from backend import content
from client import Client
from kinds import numbers

# What the request is like, and until when its client may leave.
TARGETS = {
    "before the head is out": "/page/1/ok/ok/ok",
    "during the fan-out": "/page/{}/hang/slow/hang",
    "during a dependent call": "/page/{}/ok/slow/slow",
    "during an answer": "/raw/bytes/{}/300000/length/ok",
    "during a streamed answer": "/raw/bytes/{}/4000000/chunked/ok",
    "during a slow answer": "/raw/bytes/{}/5000/chunked/drip",
    "before the proxied head": "/raw/bytes/{}/1/length/hang",
    "during an upload": "/raw/sink/ok",
    "during an upload that is read": "/order/ok",
    "during both": "/raw/mirror",
}


async def leave(port, moment):
    """One request that is given up. A connection that the gateway ends first is as good."""
    client = await Client.connect(port)
    try:
        await begin(client, moment)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        client.leave(by_reset=random.random() < 0.5)


async def leave_stream(port, moment):
    """The same over HTTP/2: a reset of the stream, beside others; one in ten has a connection of its own, and cuts it."""
    import client2

    is_alone = random.random() < 0.1
    client = client2.Client(await client2.Connection.open(port)) if is_alone else await client2.Client.connect(port)
    target = TARGETS[moment].format(next(numbers))
    uploads = moment in ("during an upload", "during an upload that is read", "during both")
    body = content(next(numbers), random.randrange(1, 200_000)) if uploads else b""
    reads = moment in ("during an answer", "during a streamed answer", "during a slow answer")
    try:
        await client.leave_within("POST" if uploads else "GET", target, body, pause, reads)
    finally:
        client.leave(by_reset=is_alone)


async def begin(client, moment):
    target = TARGETS[moment].format(next(numbers))
    if moment in ("during an upload", "during an upload that is read", "during both"):
        return await upload(client, target, reads=moment == "during both")
    head = Client.head("GET", target)
    if moment == "before the head is out":
        client.writer.write(head[: random.randrange(len(head))])
    else:
        client.writer.write(head)
    if moment in ("during an answer", "during a streamed answer", "during a slow answer"):
        await asyncio.wait_for(client.reader.readuntil(b"\r\n\r\n"), 60)
        await client.reader.read(random.randrange(1, 100_000))
    await pause()


async def upload(client, target, reads):
    body = content(next(numbers), 200_000)
    client.writer.write(Client.head("POST", target, chunked=True))
    for start in range(0, random.randrange(len(body)), 16_384):
        piece = body[start : start + 16_384]
        client.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await client.writer.drain()
    # A chunk that stays unfinished.
    client.writer.write(b"400\r\nnot all of it")
    if reads:
        await client.reader.read(1000)
    await pause()


async def pause():
    if random.random() < 0.7:
        await asyncio.sleep(random.expovariate(1 / 0.01))

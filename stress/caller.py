"""Requests with any headers, and their answers, with all that is needed to judge them."""
import asyncio
import json
import time

from client import Client
from rules import Decision, Wrong, expect


class Answer:
    def __init__(self, gateway, asked, sent):
        self.gateway, self.asked, self.sent = gateway, asked, sent
        self.taken = self.status = self.headers = self.body = None

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Wrong(f"a body that is no JSON: {self.body[:200]}") from None

    def decision(self):
        """Who refused is told by the body, as gateway.yaml's `errors` have it."""
        if self.status < 400 or not self.headers.get("content-type", "").startswith("application/json"):
            return Decision(self.status, None)
        return Decision(self.status, self.json().get("stage"))

    def generation(self):
        value = self.headers.get("x-generation", "")
        expect(value[:1] == "g", "no X-Generation")
        return int(value[1:])

    def remaining(self, name):
        """The `r` of one limit; None where it is not told."""
        for part in self.headers.get("ratelimit", "").split(","):
            words = part.strip().split(";")
            if words[0] == f'"{name}"':
                return int(words[1].removeprefix("r="))
        return None

    def __repr__(self):
        took = (self.taken or time.monotonic()) - self.sent
        return (f"[{self.sent:.2f} s, {took * 1000:.0f} ms] gateway {self.gateway}: {self.asked} -> {self.status} "
                f"{self.headers} {(self.body or b'')[:300]}")


class Connection(Client):
    used = 0.0

    @staticmethod
    async def open(port):
        return Connection(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def receive_head(self):
        """Lines of one name are joined, in the client's own way of the same."""
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            name = name.lower()
            headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
        self.is_spent |= headers.get("connection", "").lower() == "close"
        return int(head[0].split(" ")[1]), headers


def head_of(method, target, lines, body, chunked):
    text = [f"{method} {target} HTTP/1.1", "Host: stress.test", *(f"{name}: {value}" for name, value in lines)]
    if chunked:
        text.append("Transfer-Encoding: chunked")
    elif body is not None:
        text.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(text) + "\r\n\r\n").encode()

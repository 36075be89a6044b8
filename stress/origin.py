"""What the gateways of the edge's stress run ask."""
import asyncio
import collections
import hashlib
import json
import time


class Backend:
    """What the gateways ask: orders, items, files; and the issuer's keys, at a path for each gateway."""

    def __init__(self, issuer):
        self.issuer, self.runs, self.active = issuer, collections.Counter(), 0
        # Requests that fail the first time.
        self.failed = set()

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                self.active += 1
                try:
                    await self.answer(head, reader, writer)
                finally:
                    self.active -= 1
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def answer(self, head, reader, writer):
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
        if headers.get("expect"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self.body(reader, headers)
        parts, status, more, fetch = target.split("/"), 200, "", None
        if parts[1] == "keys":
            fetch, status, text = self.issuer.answer(int(parts[2]))
            more = "Cache-Control: max-age=60\r\n"
        elif parts[1] == "items":
            text = json.dumps({"id": parts[2], "at": time.monotonic(), "text": "all about it, and more. " * 80})
        elif parts[1] == "files":
            text = json.dumps({"length": len(body), "sha1": hashlib.sha1(body).hexdigest()})
        else:
            status, text = await self.write(json.loads(body))
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n{more}"
            "Server: backend/1\r\nX-Powered-By: backend\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
            f"{text}".encode())
        await writer.drain()
        if fetch:
            fetch.done = time.monotonic()

    async def write(self, wanted):
        """Done once for each request that arrives; `how` says what is amiss."""
        self.runs[wanted["id"]] += 1
        run = self.runs[wanted["id"]]
        if wanted.get("how") == "slow":
            await asyncio.sleep(0.3)
        if wanted.get("how") == "fail" and run == 1:
            return 503, "{}"
        return 200, json.dumps({"id": wanted["id"], "run": run})

    async def body(self, reader, headers):
        if "chunked" not in headers.get("transfer-encoding", ""):
            return await reader.readexactly(int(headers.get("content-length", 0)))
        whole = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            whole += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return whole

"""The backends of the stress runs: one HTTP/1.1 server that misbehaves as each request's path says.

    GET  /json/ROLE/ID/FAULT                    {"role": ROLE, "id": ID}
    GET  /bytes/SEED/LENGTH/FRAMING/FAULT       LENGTH bytes that follow from SEED, framed by `length` or `chunked`
    POST /echo/FAULT                            {"got": <the body>}
    POST /sink/FAULT                            {"length": N, "sha1": "…"} of the body
    POST /mirror                                the body, chunk by chunk, while it still arrives
    GET  /active                                how many requests are being worked on, this one left out

Run as a process of its own; prints its port. Ends when its standard input does.
"""
import asyncio
import hashlib
import json
import random
import socket
import struct
import sys

PIECE = 16 * 1024


def content(seed, length):
    """The same bytes for the same seed, different ones for any two."""
    block = hashlib.sha256(str(seed).encode()).digest() * 32
    return (block * (length // len(block) + 1))[:length]


class Gone(Exception):
    """The connection is to end."""


class Server:
    def __init__(self):
        self.active = 0

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.active += 1
                try:
                    await self.answer(head, reader, writer)
                finally:
                    self.active -= 1
        except (Gone, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def answer(self, head, reader, writer):
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
        parts = target.partition("?")[0].split("/")[1:]
        if headers.get("expect"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.body(reader, headers)
        if parts[0] == "mirror":
            return await self.mirror(body, writer)
        if parts[0] == "sink":
            sha1, length = hashlib.sha1(), 0
            async for piece in body:
                sha1.update(piece)
                length += len(piece)
            whole = json.dumps({"length": length, "sha1": sha1.hexdigest()}).encode()
        else:
            sent = b"".join([piece async for piece in body])
            if parts[0] == "json":
                whole = json.dumps({"role": parts[1], "id": parts[2]}).encode()
            elif parts[0] == "bytes":
                whole = content(parts[1], int(parts[2]))
            elif parts[0] == "echo":
                whole = b'{"got":' + sent + b"}"
            else:
                whole = str(self.active - 1).encode()
        await self.send(whole, parts[3] if parts[0] == "bytes" else "length", parts[-1], reader, writer)

    async def body(self, reader, headers):
        if "chunked" in headers.get("transfer-encoding", ""):
            while size := int(await reader.readuntil(b"\r\n"), 16):
                yield await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readexactly(2)
        else:
            left = int(headers.get("content-length", 0))
            while left:
                piece = await reader.readexactly(min(left, PIECE))
                left -= len(piece)
                yield piece

    async def mirror(self, body, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        async for piece in body:
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def send(self, whole, framing, fault, reader, writer):
        status, announced = 200, len(whole)
        if fault == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            raise Gone
        if fault == "close":
            raise Gone
        if fault == "hang":
            await reader.read(1)
            raise Gone
        if fault == "slow":
            await asyncio.sleep(random.uniform(0.005, 0.08))
        if fault == "status":
            status = 500
        if fault == "garbage":
            whole = whole[:-1] + b"\xff"
        if fault == "truncate":
            announced += 50
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        if framing == "chunked":
            writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        else:
            writer.write(f"{head}Content-Length: {announced}\r\n\r\n".encode())
        pieces = 5 if fault == "drip" else max(1, len(whole) // PIECE)
        size = -(-len(whole) // pieces)
        for start in range(0, len(whole), size):
            piece = whole[start : start + size]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if framing == "chunked" else piece)
            await writer.drain()
            if fault == "drip":
                await asyncio.sleep(0.01)
        if fault == "truncate":
            raise Gone
        if framing == "chunked":
            writer.write(b"0\r\n\r\n")
        await writer.drain()


async def main():
    server = await asyncio.start_server(Server().serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())

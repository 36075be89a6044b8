"""An HTTP/1.1 client that reads strictly, and may leave at any moment."""
import asyncio
import socket
import struct

PATIENCE = 60


class Wrong(Exception):
    """What came is not what has to come."""


class Client:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        # No further request may follow on this connection.
        self.is_spent = False

    @property
    def is_over(self):
        """After an answer that was broken off, too: its connection has ended."""
        return self.is_spent or self.reader.at_eof()

    @staticmethod
    async def connect(port):
        return Client(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    @staticmethod
    def head(method, target, body=None, chunked=False):
        lines = [f"{method} {target} HTTP/1.1", "Host: stress.test"]
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        elif body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def send_body(self, body, chunked, pieces=8):
        size = -(-len(body) // pieces) or 1
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            self.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await self.writer.drain()
        if chunked:
            self.writer.write(b"0\r\n\r\n")

    async def receive_head(self):
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
        self.is_spent |= headers.get("connection", "").lower() == "close"
        return int(lines[0].split(" ")[1]), headers

    async def receive_body(self, headers):
        """None: broken off."""
        return await asyncio.wait_for(self._receive_body(headers), PATIENCE)

    async def _receive_body(self, headers):
        try:
            if "chunked" not in headers.get("transfer-encoding", ""):
                return await self.reader.readexactly(int(headers["content-length"]))
            body = bytearray()
            while size := int(await self.reader.readuntil(b"\r\n"), 16):
                body += await self.reader.readexactly(size)
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
            return bytes(body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def exchange(self, method, target, body=None, chunked=False):
        """Status, headers, body. A body is sent while the answer is read already."""
        self.writer.write(self.head(method, target, body, chunked))
        upload = asyncio.create_task(self.send_body(body, chunked)) if body is not None else None
        try:
            status, headers = await self.receive_head()
            return status, headers, await self.receive_body(headers)
        except asyncio.TimeoutError:
            raise Wrong(f"{method} {target}: no answer") from None
        finally:
            if upload:
                self.is_spent |= not upload.done()
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)

    def leave(self, by_reset):
        if by_reset:
            linger = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.writer.transport.abort()
        else:
            self.writer.close()

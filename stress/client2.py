"""An HTTP/2 client over TLS, by PyPI's `h2`: several clients share a connection, each with streams of its own."""
import asyncio
import socket
import ssl
import struct

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from client import PATIENCE, Wrong

# Clients of one connection; and requests, as one with too many resets, or frames for streams that have ended, is told to
# calm down.
SHARED, MOST_REQUESTS = 8, 60


def tls():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    return context


TLS = tls()


class Stream:
    def __init__(self):
        self.head, self.end = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
        self.body = bytearray()


class Connection(asyncio.Protocol):
    """What comes is handed to its stream at once; windows are given back as it comes."""

    def __init__(self):
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.streams, self.users, self.requests = {}, 0, 0
        self.has_ended = False
        self.room = asyncio.Event()

    @staticmethod
    async def open(port):
        return (await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port, ssl=TLS))[1]

    def connection_made(self, transport):
        self.transport = transport
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        if not self.has_ended:
            self.transport.write(self.h2.data_to_send())

    def data_received(self, data):
        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError as error:
            return self.connection_lost(Wrong(f"HTTP/2: {error!r}"))
        for event in events:
            stream = self.streams.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if stream:
                    stream.body += event.data
            elif isinstance(event, h2.events.ResponseReceived) and stream and not stream.head.done():
                headers = dict(event.headers)
                stream.head.set_result((int(headers[":status"]), headers))
            elif isinstance(event, h2.events.StreamEnded) and stream and not stream.end.done():
                stream.end.set_result(True)
            elif isinstance(event, h2.events.StreamReset) and stream:
                self.finish(stream, ConnectionResetError(f"stream reset: {event.error_code}"))
            elif isinstance(event, h2.events.ConnectionTerminated):
                self.requests = MOST_REQUESTS
                if event.error_code:
                    return self.connection_lost(Wrong(f"GOAWAY {event.error_code}"))
        self.room.set()
        self.flush()

    def finish(self, stream, error):
        if not stream.head.done():
            stream.head.set_exception(error)
            stream.head.exception()
        if not stream.end.done():
            stream.end.set_result(False)

    def connection_lost(self, error):
        self.has_ended = True
        for stream in self.streams.values():
            self.finish(stream, error or ConnectionResetError("the connection has ended"))
        self.room.set()
        self.transport.close()

    def begin(self, method, target, ends):
        number = self.h2.get_next_available_stream_id()
        self.requests += 1
        stream = self.streams[number] = Stream()
        head = [(":method", method), (":scheme", "https"), (":path", target), (":authority", "stress.test")]
        self.h2.send_headers(number, head, end_stream=ends)
        self.flush()
        return number, stream

    async def send(self, number, body, ends=True):
        start = 0
        try:
            while not self.has_ended and (start < len(body) or ends):
                room = min(self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size)
                if room == 0 and start < len(body):
                    self.room.clear()
                    await self.room.wait()
                    continue
                piece = body[start : start + room]
                start += len(piece)
                self.h2.send_data(number, piece, end_stream=ends and start == len(body))
                self.flush()
                if start == len(body):
                    return
                await asyncio.sleep(0)
        except (h2.exceptions.StreamClosedError, h2.exceptions.NoSuchStreamError, h2.exceptions.ProtocolError):
            return

    def reset(self, number):
        try:
            self.h2.reset_stream(number, 8)
            self.flush()
        except h2.exceptions.ProtocolError:
            # The stream, or the connection, has ended first.
            pass

    def cut(self):
        self.has_ended = True
        linger = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


class Client:
    shared = []

    def __init__(self, connection):
        self.connection, self.is_spent = connection, False
        connection.users += 1

    @staticmethod
    async def connect(port):
        for connection in Client.shared:
            if connection.users < SHARED and connection.requests < MOST_REQUESTS and not connection.has_ended:
                return Client(connection)
        connection = await Connection.open(port)
        Client.shared = [*(c for c in Client.shared if not c.has_ended and c.requests < MOST_REQUESTS), connection]
        return Client(connection)

    @property
    def is_over(self):
        return self.is_spent or self.connection.has_ended or self.connection.requests >= MOST_REQUESTS

    async def exchange(self, method, target, body=None, chunked=False):
        """Status, headers, body (None: broken off). A body is sent while the answer is read already."""
        connection = self.connection
        number, stream = connection.begin(method, target, ends=not body)
        upload = asyncio.create_task(connection.send(number, body)) if body else None
        try:
            status, headers = await asyncio.wait_for(asyncio.shield(stream.head), PATIENCE)
            is_whole = await asyncio.wait_for(asyncio.shield(stream.end), PATIENCE)
            return status, headers, bytes(stream.body) if is_whole else None
        except asyncio.TimeoutError:
            raise Wrong(f"{method} {target}: no answer") from None
        finally:
            del connection.streams[number]
            if upload:
                if not upload.done():
                    connection.reset(number)
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)

    async def leave_within(self, method, target, body, pause, reads):
        """A request that is given up by a reset of its stream."""
        number, stream = self.connection.begin(method, target, ends=not body)
        if body:
            await self.connection.send(number, body, ends=False)
        if reads:
            await asyncio.wait([stream.head], timeout=PATIENCE)
        await pause()
        self.connection.streams.pop(number, None)
        self.connection.reset(number)

    def leave(self, by_reset):
        connection, self.connection = self.connection, None
        connection.users -= 1
        if by_reset:
            return connection.cut()
        if connection.users == 0:
            # Nobody is to get it while it closes.
            connection.has_ended = True
            connection.transport.close()

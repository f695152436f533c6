"""A slow line to a server on this machine: a connection takes a round trip to open, and all share the line.

Chromium's own throttling delays requests only, and opens connections at no cost. A browser that uses a SOCKS proxy
waits for its answer as it would for the server's handshake, and meanwhile uses connections that become free.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PACKET = 1448  # bytes


class Direction:
    """One direction of the line: `rate` bytes a second for all connections together, `delay` seconds for each byte."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate, self.delay, self.free_at = rate, delay, 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on everything that is read, until its end."""
        loop = asyncio.get_running_loop()
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(arriving, writer))
        while data := await reader.read(PACKET):
            self.free_at = max(loop.time(), self.free_at) + len(data) / self.rate
            arriving.put_nowait((self.free_at + self.delay, data))
            await asyncio.sleep(self.free_at - loop.time())
        arriving.put_nowait((loop.time() + self.delay, b""))
        await delivery

    async def _deliver(self, arriving: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        while True:
            due, data = await arriving.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not data:
                writer.close()
                return
            writer.write(data)


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, round_trip: float) -> int:
    """Take a SOCKS5 request (RFC 1928) for a host by name, and answer it after a round trip; returns the port."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    *_, length = await reader.readexactly(5)
    address = await reader.readexactly(length + 2)
    await asyncio.sleep(round_trip)
    writer.write(b"\x05\x00\x00\x01" + bytes(6))
    return int.from_bytes(address[-2:])


@contextmanager
def slow_line(rate: float, round_trip: float) -> Iterator[str]:
    """The URL of a proxy to the ports of this machine: `rate` in bytes a second each way, `round_trip` in seconds."""
    ports: list[int] = []
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        up, down = Direction(rate, round_trip / 2), Direction(rate, round_trip / 2)

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # The end of the line cancels the connections that are still open; those opened in advance may stay unused.
            with suppress(asyncio.CancelledError, asyncio.IncompleteReadError):
                far_reader, far_writer = await asyncio.open_connection(
                    "127.0.0.1", await greet(reader, writer, round_trip)
                )
                ways = up.carry(reader, far_writer), down.carry(far_reader, writer)
                await asyncio.gather(*ways, return_exceptions=True)

        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield f"socks5://127.0.0.1:{ports[0]}"
    finally:
        done.set()
        thread.join()

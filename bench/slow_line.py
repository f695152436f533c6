"""A slow line to a server on this machine: handshakes take a round trip, and connections share the line.

Chromium's own throttling delays requests only; it opens connections for nothing and gives each request the whole line.
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

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_time: float = 0) -> None:
        """Pass on what is read, until its end; nothing before `from_time`."""
        loop = asyncio.get_running_loop()
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(arriving, writer))
        while data := await reader.read(PACKET):
            self.free_at = max(loop.time(), from_time, self.free_at) + len(data) / self.rate
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


@contextmanager
def slow_line(port: int, rate: float, round_trip: float) -> Iterator[int]:
    """A port of 127.0.0.1 that leads to another: `rate` in bytes a second each way, `round_trip` in seconds."""
    ports: list[int] = []
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        up, down = Direction(rate, round_trip / 2), Direction(rate, round_trip / 2)

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            handshake = asyncio.get_running_loop().time() + round_trip
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            ways = up.carry(reader, far_writer, handshake), down.carry(far_reader, writer)
            # The end of the line cancels the connections that are still open.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*ways, return_exceptions=True)

        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield ports[0]
    finally:
        done.set()
        thread.join()

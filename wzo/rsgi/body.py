"""Reads the body of a request to its end, before a thread handles the request."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from io import BytesIO
from typing import IO, NamedTuple

# In bytes. No view allows more than this, and most allow far less.
MAX_BODY = 64 * 1024 * 1024
# In bytes: a longer body is written to a temporary file. At most MAX_FILES of these exist at a time.
MAX_IN_MEMORY = 64 * 1024
MAX_FILES = 32
# A body must arrive within SECONDS, and one more second for each BYTES_PER_SECOND bytes that have arrived.
SECONDS, BYTES_PER_SECOND = 60, 1024


class BodyError(Exception):
    """The body cannot be read; `status` is that of the response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Body(NamedTuple):
    """A body, or as much of it as was read if it is longer than `MAX_BODY`, and its length in bytes."""

    file: IO[bytes]
    length: int


class BodyReader:
    """Reads bodies, and knows how many of them are in files."""

    def __init__(self) -> None:
        self.files = 0

    @asynccontextmanager
    async def read(self, chunks: AsyncIterator[bytes], declared: int | None) -> AsyncIterator[Body]:
        """Read a body of the declared length in bytes, if there is one.

        Raises BodyError if it does not arrive in time and in full (408) or cannot be stored now (503).
        """
        if declared is not None and declared > MAX_BODY:
            yield Body(BytesIO(), declared)
            return
        loop = asyncio.get_running_loop()
        started, length = loop.time(), 0
        with ExitStack() as stack:
            file: IO[bytes] = BytesIO()
            while length <= MAX_BODY:
                try:
                    async with asyncio.timeout_at(started + SECONDS + length / BYTES_PER_SECOND):
                        chunk = await anext(chunks)
                except StopAsyncIteration:
                    break
                except TimeoutError as error:
                    raise BodyError(408) from error
                try:
                    if length <= MAX_IN_MEMORY < length + len(chunk):
                        file = self._move_to_file(file, stack)
                    length += file.write(chunk)
                except OSError as error:
                    raise BodyError(503) from error
            if declared is not None and length < declared:
                raise BodyError(408)
            file.seek(0)
            yield Body(file, length)

    def _move_to_file(self, memory: IO[bytes], stack: ExitStack) -> IO[bytes]:
        if self.files >= MAX_FILES:
            raise BodyError(503)
        file = stack.enter_context(self._temporary_file())
        memory.seek(0)
        file.write(memory.read())
        return file

    @contextmanager
    def _temporary_file(self) -> Iterator[IO[bytes]]:
        with tempfile.TemporaryFile() as file:
            self.files += 1
            try:
                yield file
            finally:
                self.files -= 1

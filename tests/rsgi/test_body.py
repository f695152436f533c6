"""Bodies are read to their end, in time and within limits, or refused."""

import asyncio
import tempfile
from collections.abc import AsyncIterator

import pytest

from wzo.rsgi import body
from wzo.rsgi.body import BodyError, BodyReader


async def chunks(*sizes: int, pause: float = 0) -> AsyncIterator[bytes]:
    for size in sizes:
        await asyncio.sleep(pause)
        yield b"x" * size


async def read(reader: BodyReader, sent: AsyncIterator[bytes], declared: int | None) -> tuple[int, int]:
    """The length that was announced, and how many bytes there were."""
    async with reader.read(sent, declared) as found:
        return found.length, len(found.file.read())


@pytest.mark.parametrize("sizes", [(), (1,), (5, 6), (body.MAX_IN_MEMORY,), (60_000, 60_000), (200_000, 1)])
@pytest.mark.parametrize("is_declared", [True, False])
def test_it_reads_bodies_of_every_size(sizes: tuple[int, ...], is_declared: bool) -> None:
    reader, size = BodyReader(), sum(sizes)
    assert asyncio.run(read(reader, chunks(*sizes), size if is_declared else None)) == (size, size)
    assert reader.files == 0


def test_it_writes_no_form_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_FILES", 0)
    # What visitors may send at most; see MAX_CONTENT_LENGTH.
    assert asyncio.run(read(BodyReader(), chunks(60_000, 5_536), None)) == (64 * 1024, 64 * 1024)
    with pytest.raises(BodyError):
        asyncio.run(read(BodyReader(), chunks(60_000, 5_537), None))


def test_it_does_not_begin_with_a_body_that_is_declared_too_long() -> None:
    async def none() -> AsyncIterator[bytes]:
        raise AssertionError("It was read.")
        yield b""

    assert asyncio.run(read(BodyReader(), none(), body.MAX_BODY + 1)) == (body.MAX_BODY + 1, 0)


def test_it_stops_when_a_body_of_unknown_length_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_BODY", 1_000)
    assert asyncio.run(read(BodyReader(), chunks(*[100] * 50), None)) == (1_100, 1_100)


@pytest.mark.parametrize(
    ("sizes", "pause", "declared", "status"),
    [((10,), 0, 11, 408), ((1,) * 1_000, 0.01, 1_000, 408), ((1,), 9, None, 408)],
    ids=["cut short", "byte by byte", "silence"],
)
def test_it_refuses_what_does_not_arrive(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...], pause: float, declared: int | None, status: int
) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.2)
    with pytest.raises(BodyError) as error:
        asyncio.run(read(BodyReader(), chunks(*sizes, pause=pause), declared))
    assert error.value.status == status


def test_a_body_may_take_the_longer_the_more_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.2)
    # A second in all, at ten times the rate that is asked for.
    assert asyncio.run(read(BodyReader(), chunks(*[1_024] * 10, pause=0.1), None))[0] == 10_240


def test_it_limits_how_many_bodies_are_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_FILES", 2)
    reader = BodyReader()

    async def read_at_once() -> list[object]:
        readers = (read(reader, chunks(70_000, 1, pause=0.05), None) for _ in range(4))
        return await asyncio.gather(*readers, return_exceptions=True)

    found = asyncio.run(read_at_once())
    assert [getattr(it, "status", it) for it in found] == [(70_001, 70_001)] * 2 + [503] * 2
    assert reader.files == 0


def test_it_refuses_a_body_while_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(BodyError) as error:
        asyncio.run(read(BodyReader(), chunks(70_000), None))
    assert error.value.status == 503

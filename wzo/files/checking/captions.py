"""Checks captions in WebVTT, and writes them without comments and styles; SubRip files (.srt) are converted."""

import re
from collections.abc import Iterator
from typing import NoReturn

from flask_babel import lazy_gettext

from wzo.files.checking.refusals import FileRefused

MAX_LENGTH = 500_000  # characters
_TIME = r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


def clean_captions(text: str) -> str:
    """The captions as WebVTT; empty if there are none. Raises FileRefused with the number of the line that is wrong."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.strip() for line in lines):
        return ""
    if len(text) > MAX_LENGTH:
        raise FileRefused(lazy_gettext("These captions are too long."))
    cues = list(_cues(lines))
    if not cues:
        raise FileRefused(
            lazy_gettext("This is not a captions file: no line has times such as 00:00:01.000 --> 00:00:04.000.")
        )
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _cues(lines: list[str]) -> Iterator[str]:
    """The cues, each with its times and its text, without its number."""
    last = 0
    for number, block in _blocks(lines):
        timed = next((index for index, line in enumerate(block[:2]) if "-->" in line), None)
        if timed is None:
            if block[0].startswith("WEBVTT") or _ASIDE.match(block[0]):
                continue
            _refuse(number, lazy_gettext("there are no times above this text"))
        start, end, timing = _read_timing(block[timed], number + timed)
        if end <= start or start < last:
            _refuse(number + timed, lazy_gettext("the times go backwards"))
        last = start
        if text := [line.strip() for line in block[timed + 1 :]]:
            yield "\n".join([timing, *text])


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The blocks between empty lines, each with the number of its first line, from 1."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _read_timing(line: str, number: int) -> tuple[int, int, str]:
    """When a cue starts and ends, in milliseconds, and both as WebVTT writes them."""
    found = _TIMING.fullmatch(line)
    if found is None:
        _refuse(number, lazy_gettext("times are written like 00:00:01.000 --> 00:00:04.000"))
    start, end = (_milliseconds(found.groups()[index : index + 4]) for index in (0, 4))
    return start, end, f"{_written(start)} --> {_written(end)}"


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _written(time: int) -> str:
    seconds, thousandths = divmod(time, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"


def _refuse(number: int, reason: object) -> NoReturn:
    raise FileRefused(lazy_gettext("Line %(number)s of the captions: %(reason)s.", number=number, reason=reason))

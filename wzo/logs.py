"""The logs: they record that something failed, but never for whom or with what.

In production they are JSON lines, for programs that collect logs; in development, and with LOG_FORMAT=plain, plain
text.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from wzo.tracebacks import describe_error

LOCATION = re.compile(r'  File "[^"]+", line [0-9]+, in \S+')


class DiscreetFormatter(logging.Formatter):
    """Keeps the first line of what is logged, and the locations of the traceback that follows an error."""

    def format(self, record: logging.LogRecord) -> str:
        first, *others = super().format(record).splitlines() or [""]
        return "\n".join([first, *filter(LOCATION.fullmatch, others)])


class JsonFormatter(logging.Formatter):
    """Formats each record as a line of JSON: time, level, logger, message and, for errors of the database, SQLSTATE."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        first, *others = record.getMessage().splitlines() or [""]
        traceback = (describe_error(error).splitlines()[1:] if error else []) or others
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": f"{first} {type(error).__name__}" if error else first,
        }
        if sqlstate := getattr(record, "sqlstate", ""):
            line["sqlstate"] = sqlstate
        # Where it happened, and nothing of the lines of a traceback that could quote a value.
        if where := [it.strip() for it in traceback if LOCATION.fullmatch(it)]:
            line["traceback"] = where
        return json.dumps(line, ensure_ascii=False)


def use_json(level: int = logging.WARNING) -> None:
    """Let this process write its logs to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

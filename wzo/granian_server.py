"""The web server where granian is installed: `python -m wzo.granian_server`, with the same settings as `wzo.server`."""

import gc
from functools import cache
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from wzo import create_web_app, server
from wzo.page_cache.middleware import PageCache

# Milliseconds and bytes. A browser's headers have one or two kilobytes.
HEADER_TIMEOUT, MAX_HEADERS = 30_000, 32 * 1024
# Seconds in which a worker that is told to stop may finish its requests, as gunicorn's graceful_timeout.
STOP_TIMEOUT = 30
LOGGING: dict[str, Any] = {
    "formatters": {"discreet": {"()": "wzo.logs.DiscreetFormatter", "format": "[%(levelname)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


@cache
def application() -> PageCache:
    """The application: created before granian forks its workers, so that they share its memory."""
    return PageCache(create_web_app())


if __name__ == "__main__":
    application()
    # As in wzo.server.when_ready().
    gc.collect()
    gc.freeze()
    host, _, port = server.bind.rpartition(":")
    Granian(
        "wzo",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=server.workers,
        blocking_threads=server.threads,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT, max_buffer_size=MAX_HEADERS),
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT,
    ).serve(target_loader=application, wrap_loader=False)

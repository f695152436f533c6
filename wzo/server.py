"""The web server: `python -m wzo.server` runs granian, with as many processes as WEB_CONCURRENCY says."""

import gc
from functools import cache
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.orm import configure_mappers

from wzo import create_web_app, logs
from wzo.config import load_settings_or_exit
from wzo.health.monitor import start_monitoring
from wzo.page_cache.middleware import PageCache
from wzo.rsgi.adapter import RsgiAdapter

# Milliseconds in which the next request on a connection must arrive, to the end of its headers. Longer than the 90
# seconds for which Heroku's router and other proxies leave a connection open, so that it is never we who close it.
HEADER_TIMEOUT = 95_000
# Bytes of the address and the headers; our own limits are lower, and their refusals have all our headers.
MAX_BUFFER = 64 * 1024
CONNECTIONS = 4096
# Seconds in which a worker that has to stop may finish its requests.
STOP_TIMEOUT = 15
LOGGING: dict[str, Any] = {
    "formatters": {
        "plain": {"()": "wzo.logs.DiscreetFormatter", "format": "[%(levelname)s] %(message)s"},
        "json": {"()": "wzo.logs.JsonFormatter"},
    },
    "handlers": {name: {"class": "logging.StreamHandler", "formatter": name} for name in ("plain", "json")},
}


@cache
def site() -> RsgiAdapter:
    """The site: created before granian forks its workers, so that they share its memory."""
    app = create_web_app()
    # Otherwise each of them would do that for its first query.
    configure_mappers()
    settings = app.extensions["settings"]
    if settings.log_format == "json":
        logs.use_json()
    cache = PageCache(app)
    return RsgiAdapter(cache, settings, cache.find_ready, on_start=lambda: start_monitoring(app))


def serve(load: Any) -> None:
    """Serve a site until the process gets a signal to stop. An invalid setting stops it before it starts."""
    settings = load_settings_or_exit()
    load()
    # Keeps the garbage collector from writing to what the workers share.
    gc.collect()
    gc.freeze()
    Granian(
        "wzo",
        address=settings.web_host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.web_concurrency,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT, max_buffer_size=MAX_BUFFER),
        log_level=LogLevels.warning,
        log_dictconfig={**LOGGING, "loggers": {"_granian": {"handlers": [settings.log_format], "propagate": False}}},
        # It would contain visitors' addresses.
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT,
    ).serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    serve(site)

"""The web server: `python -m wzo.server` runs gunicorn, with this module as its configuration."""

import gc
import sys
from pathlib import Path

from wzo.config import load_settings_or_exit

# Loaded before gunicorn starts, so that an invalid setting stops the program once rather than each worker in turn.
_settings = load_settings_or_exit()

bind = f"{'0.0.0.0' if _settings.production else '127.0.0.1'}:{_settings.port}"  # noqa: S104 - the host's router is in front
workers = _settings.web_concurrency
# With threads, a slow client does not block a whole worker.
worker_class = "gthread"
threads = 4
preload_app = True
# An access log would contain visitors' addresses.
accesslog = None
logger_class = "wzo.logs.DiscreetLogger"
loglevel = "warning"
control_socket_disable = True


def when_ready(_arbiter: object) -> None:
    """Before the workers are forked: keep the garbage collector from writing to what they share."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    # gunicorn reads WEB_CONCURRENCY as soon as it is imported.
    from gunicorn.app.wsgiapp import run

    # In this process, which has imported the site already. gunicorn restarts itself with these arguments.
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    sys.argv = [gunicorn, "--config", "python:wzo.server", "wzo.wsgi:application"]
    run()

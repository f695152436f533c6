"""How the site is served: `python -m wzo.server` becomes gunicorn, with this module as its configuration."""

import os
import sys

from wzo.config import load_settings_or_exit

# Read before gunicorn is: a wrong setting ends the program with its sentence, not its workers, over and over.
_settings = load_settings_or_exit()

bind = f"{'0.0.0.0' if _settings.production else '127.0.0.1'}:{_settings.port}"  # noqa: S104 - the host's router is in front
workers = _settings.web_concurrency
# Threads, since a plain worker stands still while one slow client dribbles in its request.
worker_class = "gthread"
threads = 4
preload_app = True
# Nothing of a visitor is written down.
accesslog = None
logger_class = "wzo.logs.DiscreetLogger"
loglevel = "warning"
control_socket_disable = True
max_requests = 20_000
max_requests_jitter = 2_000

if __name__ == "__main__":
    command = [sys.executable, "-m", "gunicorn", "--config", "python:wzo.server", "wzo:create_app()"]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted

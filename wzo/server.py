"""How gunicorn serves the site: `gunicorn --config python:wzo.server "wzo:create_app()"`."""

from wzo.config import load_settings_or_exit

# Read here too, before any worker is forked: a wrong setting then ends the program instead of its workers, for ever.
_settings = load_settings_or_exit()

bind = f"0.0.0.0:{_settings.port}" if _settings.production else f"127.0.0.1:{_settings.port}"
workers = _settings.web_concurrency
# Threads, since a plain worker stands still while one slow client dribbles in its request.
worker_class = "gthread"
threads = 4
preload_app = True
# Nothing of a visitor is written down.
accesslog = None
loglevel = "warning"
control_socket_disable = True
max_requests = 20_000
max_requests_jitter = 2_000

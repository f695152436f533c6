"""The servers that `bench.serving` compares: ours, gunicorn and nginx. All listen on 127.0.0.1 only."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from tests.running_site import free_port
from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.extensions import db
from wzo.seed.demo import load_demo
from wzo.seed.loading import load_seed

STORIES = 100
TICK = os.sysconf("SC_CLK_TCK")
# The servers run on one core, one at a time, and the load comes from another where there is one.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
# Seconds.
START_TIMEOUT = 60

HELLO = (sys.executable, "-m", "gunicorn", "--preload", "--no-control-socket", "--worker-class", "sync")
# As shipped, and without the page cache.
OURS = (sys.executable, "-m", "wzo.server")
UNCACHED = (sys.executable, "-m", "bench.uncached")
NGINX_STATIC = """
worker_processes 1;
pid nginx.pid;
error_log error.log emerg;
events {{ worker_connections 1024; }}
http {{
    types {{ text/css css; }}
    access_log off;
    sendfile on;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    gzip_static on;
    server {{ listen 127.0.0.1:{port}; location /static/ {{ alias {static}/; }} }}
}}
"""


class Server:
    """A running server: its port, and the CPU time of the processes that answer."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def cpu(self) -> float:
        """The CPU seconds of its worker processes so far."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        stats = [Path(f"/proc/{child}/stat").read_text(encoding="utf-8") for child in children]
        return sum(int(ticks) for stat in stats for ticks in stat.rpartition(")")[2].split()[11:13]) / TICK

    def get(self, path: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Get a path; the body is read already."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT)
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        response.read()
        connection.close()
        return response


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Start processes on one core meanwhile."""
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


@contextmanager
def serve(command: tuple[str, ...], *, database: str | None = None, folder: Path | None = None) -> Iterator[Server]:
    """Run a server with a single worker meanwhile; our own needs a database and an instance folder."""
    port = free_port()
    own = {"PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    if database and folder:
        own |= {"DATABASE_URL": database, "INSTANCE_PATH": str(folder)}
    bind = () if command in (OURS, UNCACHED) else ("--bind", f"127.0.0.1:{port}")
    with _run((*command[:3], *bind, *command[3:]), port, own) as server:
        yield server


@contextmanager
def serve_by_nginx(configuration: str, port: int, folder: Path) -> Iterator[Server]:
    """Run nginx with one worker meanwhile; it writes in the folder."""
    folder.mkdir()
    folder.chmod(0o755)
    file = folder / "nginx.conf"
    file.write_text(configuration, encoding="utf-8")
    command = ("nginx", "-p", str(folder), "-c", str(file), "-g", "daemon off;")
    with _run(command, port, {}) as server:
        yield server


@contextmanager
def static_nginx(folder: Path) -> Iterator[Server]:
    """nginx with our static files."""
    port = free_port()
    configuration = NGINX_STATIC.format(port=port, static=ROOT / "wzo/static")
    with serve_by_nginx(configuration, port, folder) as server:
        yield server


@contextmanager
def caching_nginx(site: Server, folder: Path) -> Iterator[Server]:
    """nginx as a cache in front of a server of ours, by the configuration that we ship."""
    port = free_port()
    shipped = ROOT / "deploy" / "nginx"
    configuration = (
        (shipped / "cache.conf")
        .read_text(encoding="utf-8")
        .replace("127.0.0.1:8000", f"127.0.0.1:{site.port}")
        .replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        .replace("worker_processes auto", "worker_processes 1")
    )
    for name in ("http.conf", "site.conf"):
        # Our host name contains the port of the web process.
        host = f"proxy_set_header Host 127.0.0.1:{site.port}"
        text = (shipped / name).read_text(encoding="utf-8").replace("proxy_set_header Host $http_host", host)
        configuration = configuration.replace(f"include {name};", text)
    with serve_by_nginx(configuration, port, folder) as server:
        yield server


def has_nginx() -> bool:
    """Whether nginx is installed."""
    return shutil.which("nginx") is not None


def fill(database: str, folder: Path) -> None:
    """Create the tables in an empty database, and load the initial content and some stories."""
    app = create_app(load_settings({"DATABASE_URL": database, "INSTANCE_PATH": str(folder)}))
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        load_seed()
        load_demo(stories=STORIES, seed=1, on_progress=lambda count: None)
        db.engine.dispose()


@contextmanager
def _run(command: tuple[str, ...], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    with on_core(SERVER_CORE):
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C reaches this process alone, which then ends the server.
            start_new_session=True,
        )
    server = Server(port, process)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        _end(process)


def _wait_until_it_answers(server: Server) -> None:
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.process.args!r} ended at once")
        try:
            server.get("/", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{server.process.args!r} does not respond")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

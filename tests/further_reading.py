"""Prints what each story and project of a new site offers for further reading: `python -m tests.further_reading`."""

import tempfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from flask_migrate import upgrade

from tests.html import parse
from tests.versions import MIGRATIONS
from wzo import create_app
from wzo.config import load_settings
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.seed.loading import load_seed

LISTS = ("projects/", "stories/")
# Sections that link to another text of this site, or to a form.
NEXT_STEPS = {"in-series", "related", "project-stories"}


class FurtherReading(NamedTuple):
    """The URLs to which the page at `path` links: the full text, articles about it, the sources of its figures, and
    texts or forms of this site."""

    path: str
    originals: list[str]
    mentions: list[str]
    sources: list[str]
    next_steps: list[str]

    def __str__(self) -> str:
        offers = {name: len(value) for name, value in self._asdict().items() if name != "path" and value}
        named = ", ".join(f"{name.replace('_', ' ')}: {number}" for name, number in offers.items())
        return f"{self.path}  {named or 'NOTHING'}"

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return any((self.originals, self.mentions, self.sources, self.next_steps))


def get_further_reading(client: FlaskClient) -> Iterator[FurtherReading]:
    """The further reading of every live story and project, in every language."""
    for language in LANGUAGES:
        for section in LISTS:
            for path in _pages(client, f"/{language}/{section}"):
                yield read_further_reading(client, path)


def read_further_reading(client: FlaskClient, path: str) -> FurtherReading:
    """The further reading of one page."""
    response = client.get(path)
    assert response.status_code == 200, path
    main = next(parse(response.data).root.iter("main"))
    parts = {it.get("aria-labelledby") or "": it for it in main.iter() if it.tag in ("section", "nav")}
    return FurtherReading(
        path,
        originals=[it for it in _buttons(main) if it.startswith("http")],
        mentions=_outside(parts.get("mentions")) + _outside(parts.get("screenings")),
        sources=_outside(parts.get("facts")),
        next_steps=[href for name in sorted(NEXT_STEPS) for href in _hrefs(parts.get(name)) if href != path],
    )


def _pages(client: FlaskClient, path: str) -> list[str]:
    main = next(parse(client.get(path).data).root.iter("main"))
    return sorted({it for it in _hrefs(main) if it.startswith(path) and it != path and "?" not in it})


def _buttons(main: Element) -> list[str]:
    return [it.get("href") or "" for it in main.iter("a") if "button" in (it.get("class") or "").split()]


def _outside(part: Element | None) -> list[str]:
    return [it for it in _hrefs(part) if it.startswith("http")]


def _hrefs(part: Element | None) -> list[str]:
    return [it.get("href") or "" for it in part.iter("a")] if part is not None else []


def main() -> None:
    """Print a line for each page of a site with the initial content."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings({"DATABASE_URL": f"sqlite:///{folder}/wzo.sqlite3", "INSTANCE_PATH": folder}))
        with app.app_context():
            upgrade(MIGRATIONS)
            load_seed()
            for it in get_further_reading(app.test_client()):
                print(it)  # noqa: T201
            db.engine.dispose()


if __name__ == "__main__":
    main()

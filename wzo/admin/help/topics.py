"""The help: its topics, written in Markdown in both languages, and which of them fits a page of the panel.

Words in bold are the very words of the panel, on its buttons and above its fields; the tests look them up.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from wzo.slugs import heading_id

FOLDER = Path(__file__).parent
# In the order of a newcomer's questions.
TOPICS = (
    "start",
    "writing",
    "pictures",
    "publishing",
    "translations",
    "together",
    "sharing",
    "petition",
    "donations",
    "safety",
    "users",
)
# What begins the id of every heading.
PREFIX = "help"
# Endpoints, or what they begin with, and the topic that helps there; the longest that fits counts.
PLACES = {
    "admin": "start",
    "admin.account": "safety",
    "admin.sign_in": "safety",
    "admin.editing": "writing",
    "admin.editing.compare_versions": "together",
    "admin.editing.history": "together",
    "admin.editing.create_link": "sharing",
    "admin.editing.translations": "translations",
    "admin.editing.publish": "publishing",
    "admin.editing.search": "start",
    "admin.editing.trash": "together",
    "admin.donations": "donations",
    "admin.users": "users",
    "admin.petition": "petition",
    "admin.pictures": "pictures",
}


class Topic(NamedTuple):
    """What the help says on one matter: its title, and a Markdown text whose headings are what one wants to do."""

    key: str
    title: str
    text: str

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The headings, each with its id on the page."""
        words = [line.removeprefix("## ") for line in self.text.splitlines() if line.startswith("## ")]
        return [(f"{PREFIX}-{heading_id(one)}", one) for one in words]


@cache
def get_topic(key: str, language: str) -> Topic:
    """A topic by its key, one of TOPICS."""
    title, _, text = (FOLDER / language / f"{key}.md").read_text(encoding="utf-8").partition("\n")
    return Topic(key, title.removeprefix("# "), text)


def topic_for(endpoint: str) -> str | None:
    """The key of the topic that helps with a page of the panel; None where the page is help itself."""
    name = endpoint
    while name and name != "admin.help":
        if name in PLACES:
            return PLACES[name]
        name = name.rpartition(".")[0]
    return None

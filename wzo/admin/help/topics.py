"""The topics of the help, written in Markdown in each language, and the topic of each page of the panel.

Bold text quotes the panel's buttons and labels exactly; the tests check it.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from wzo.slugs import heading_id

FOLDER = Path(__file__).parent
# In the order of a new editor's questions.
TOPICS = (
    "start",
    "writing",
    "pictures",
    "files",
    "publishing",
    "translations",
    "together",
    "sharing",
    "petition",
    "donations",
    "safety",
    "users",
)
# The prefix of the id of every heading.
PREFIX = "help"
# Topics by endpoint or prefix of an endpoint; the longest match counts.
TOPIC_BY_ENDPOINT = {
    "admin": "start",
    "admin.account": "safety",
    "admin.sign_in": "safety",
    "admin.editing": "writing",
    "admin.editing.compare_revisions": "together",
    "admin.editing.history": "together",
    "admin.editing.create_link": "sharing",
    "admin.editing.translations": "translations",
    "admin.editing.publish": "publishing",
    "admin.editing.search": "start",
    "admin.editing.trash": "together",
    "admin.donations": "donations",
    "admin.users": "users",
    "admin.home": "publishing",
    "admin.old_addresses": "publishing",
    "admin.petition": "petition",
    "admin.files": "files",
    "admin.pictures": "pictures",
    "admin.status": "publishing",
}


class Topic(NamedTuple):
    """A topic of the help: its title, and a Markdown text whose headings are tasks."""

    key: str
    title: str
    text: str

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The headings, each with its id on the page."""
        headings = [line.removeprefix("## ") for line in self.text.splitlines() if line.startswith("## ")]
        return [(f"{PREFIX}-{heading_id(heading)}", heading) for heading in headings]


@cache
def get_topic(key: str, language: str) -> Topic:
    """A topic by its key, one of TOPICS."""
    title, _, text = (FOLDER / language / f"{key}.md").read_text(encoding="utf-8").partition("\n")
    return Topic(key, title.removeprefix("# "), text)


def topic_for(endpoint: str) -> str | None:
    """The key of the topic for a page of the panel; None if the page belongs to the help itself."""
    name = endpoint
    while name and name != "admin.help":
        if name in TOPIC_BY_ENDPOINT:
            return TOPIC_BY_ENDPOINT[name]
        name = name.rpartition(".")[0]
    return None

"""The checklist of timelines: dates that can be read, a source for each entry, the same dates in every language."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from flask_babel import gettext

from wzo.cms.content_types import ChecklistItem, LocalizedFields
from wzo.i18n import LANGUAGES
from wzo.markdown import extract_links
from wzo.timelines.entries import parse_entries


def check_entries(fields: LocalizedFields, languages: Sequence[str]) -> Iterator[ChecklistItem]:
    """The entries of the languages that are to be published."""
    for code in languages:
        entries, invalid = parse_entries(fields[code]["body"])
        for line in invalid:
            message = gettext(
                "“%(line)s” does not begin with a date and a colon. Write, for example: %(example)s",
                line=line,
                example=gettext("2018-12-11: The prize is awarded."),
            )
            yield _item(message, code, blocks=True)
        for entry in entries:
            if not extract_links(entry.text):
                yield _item(gettext("link the source of the entry of %(day)s.", day=entry.day), code, blocks=False)
    written = [code for code in LANGUAGES if fields[code]["body"].strip()]
    for one, other in combinations(written, 2):
        if _days(fields[one]["body"]) != _days(fields[other]["body"]):
            yield _item(gettext("the dates differ from those in the other language."), other, blocks=False)


def _days(body: str) -> list[str]:
    return [entry.day for entry in parse_entries(body)[0]]


def _item(message: str, language: str, *, blocks: bool) -> ChecklistItem:
    name = str(LANGUAGES[language].label).capitalize()
    return ChecklistItem(f"{name}: {message}", f"{language}.body", blocks=blocks)

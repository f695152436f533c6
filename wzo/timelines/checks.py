"""The checklist of timelines: dates that can be read, a source for each entry, the same dates in every language."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from flask_babel import gettext

from wzo.cms.content_types import Check, LocalizedFields
from wzo.i18n import LANGUAGES
from wzo.markdown import extract_links
from wzo.timelines.entries import parse_entries


def check_entries(fields: LocalizedFields, languages: Sequence[str]) -> Iterator[Check]:
    """The entries of the languages that are to be published."""
    for code in languages:
        entries, invalid = parse_entries(fields[code]["body"])
        for line in invalid:
            message = gettext(
                "“%(line)s” does not begin with a date and a colon. Write, for example: %(example)s",
                line=line,
                example=gettext("2018-12-11: The prize is awarded."),
            )
            yield _check(True, message, code)
        for entry in entries:
            if not extract_links(entry.text):
                yield _check(False, gettext("link the source of the entry of %(day)s.", day=entry.day), code)
    written = [code for code in LANGUAGES if fields[code]["body"].strip()]
    for one, other in combinations(written, 2):
        if _days(fields[one]["body"]) != _days(fields[other]["body"]):
            yield _check(False, gettext("the dates differ from those in the other language."), other)


def _days(body: str) -> list[str]:
    return [entry.day for entry in parse_entries(body)[0]]


def _check(blocks: bool, message: str, language: str) -> Check:
    name = str(LANGUAGES[language].label).capitalize()
    return Check(blocks, f"{name}: {message}", f"{language}.body")

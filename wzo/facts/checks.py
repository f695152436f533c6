"""The checklist of facts: the day, the source, and whether the numbers suit the chosen drawing."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from flask_babel import gettext

from wzo.cms.content_types import ChecklistItem, LocalizedFields
from wzo.cms.fields import Fields
from wzo.cms.models import SHARED
from wzo.facts import drawings
from wzo.facts.numbers import parse_numbers, parse_years
from wzo.i18n import LANGUAGES


def check_day(fields: Fields) -> Iterator[ChecklistItem]:
    """Recommend the day for which the figure is true."""
    if not fields["as_of"]:
        yield ChecklistItem(gettext("Say for which day the figure is true."), f"{SHARED}.as_of", blocks=False)


def check_texts(fields: LocalizedFields, languages: Sequence[str]) -> Iterator[ChecklistItem]:
    """The sources and the numbers of the languages that are to be published."""
    kind = fields[SHARED]["drawing"]
    for code in languages:
        text = fields[code]
        if text["source"].strip() and not text["source_url"].strip():
            yield _item(gettext("add a link to the source."), code, "source_url", blocks=False)
        if kind in drawings.DRAWING_KINDS and (error := drawings.numbers_error(kind, text["numbers"], code)):
            yield _item(error, code, "numbers", blocks=True)
    written = [code for code in LANGUAGES if fields[code]["numbers"].strip()]
    for one, other in combinations(written, 2):
        if kind and _values(kind, fields[one], one) != _values(kind, fields[other], other):
            message = gettext("the numbers of the drawing differ from those in the other language.")
            yield _item(message, other, "numbers", blocks=False)


def _item(message: str, language: str, field: str, *, blocks: bool) -> ChecklistItem:
    name = str(LANGUAGES[language].label).capitalize()
    return ChecklistItem(f"{name}: {message}", f"{language}.{field}", blocks=blocks)


def _values(kind: str, fields: Fields, language: str) -> list[object]:
    if kind == drawings.BAND:
        return [year.year for year in parse_years(fields["numbers"])[0]]
    return [number.value for number in parse_numbers(fields["numbers"], language)[0]]

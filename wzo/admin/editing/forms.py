"""What an editor sent, in the words of the panel: fields by part, and what they began from."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from wzo.admin.editing.actions import may_hold
from wzo.admin.editing.kinds import FACT, LANGUAGE_NAMES, Field, Kind
from wzo.admin.editing.live import Fields, fact_numbers
from wzo.admin.editing.models import SHARED
from wzo.admin.editing.queries import PARTS, Draft, get_choices
from wzo.i18n import LANGUAGES

# Empty facts at the end of the list, for new ones.
ROOM = 1


@dataclass(frozen=True)
class Sent:
    """What was sent; see actions.save."""

    values: dict[str, Fields]
    bases: dict[str, int]
    sitting: str


def read_fields(kind: Kind, form: MultiDict[str, str]) -> Sent:
    """Fields named `part.field` and their bases, `base.part` or `base.part.field`; all else is left aside.

    Several values of one field are its choices; an empty one among them says that it was on the page.
    """
    values: dict[str, Fields] = {}
    bases: dict[str, int] = {}
    for key in form:
        head, _, name = key.partition(".")
        if head == "base" and name.split(".")[0] in PARTS:
            number = form[key]
            bases[name] = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        elif head in PARTS and may_hold(kind, head, name):
            values.setdefault(head, {})[name] = " ".join(dict.fromkeys(filter(None, form.getlist(key))))
    return Sent(values, bases, form.get("sitting", ""))


def read_languages(text: str) -> list[str]:
    """Languages in one text, parted by spaces, in our own order."""
    wanted = text.split()
    return [code for code in LANGUAGES if code in wanted]


def facts_on_page(draft: Draft) -> list[int]:
    """The numbers of the facts that the page shows, with room for a new one."""
    numbers = fact_numbers(*(draft.parts[code] for code in LANGUAGES))
    return [*numbers, *range((numbers or [0])[-1] + 1, (numbers or [0])[-1] + 1 + ROOM)]


def field_label(kind: Kind, name: str) -> str:
    """What a field is called, one of a fact too."""
    if name.startswith(f"{FACT}."):
        _, number, word = name.split(".")
        return {
            "figure": str(gettext("Fact %(number)s: figure", number=number)),
            "text": str(gettext("Fact %(number)s: words", number=number)),
            "source": str(gettext("Fact %(number)s: source", number=number)),
            "as_of": str(gettext("Fact %(number)s: date of the figure", number=number)),
        }[word]
    return next((str(field.label) for field in kind.fields() if field.name == name), name)


def is_text(kind: Kind, name: str) -> bool:
    """Whether a field is written rather than chosen."""
    field = next((field for field in kind.fields() if field.name == name), None)
    return field is None or field.widget not in ("choice", "one", "many", "check", "cover", "picture", "language")


def value_in_words(kind: Kind, name: str, value: str) -> str:
    """What was chosen in a field, as its choices are called."""
    field = next(field for field in kind.fields() if field.name == name)
    if field.widget == "check":
        return str(gettext("yes")) if value else str(gettext("no"))
    names = dict(field.choices) or dict(get_choices(field.of) if field.of else ())
    return ", ".join(str(names.get(one, one)) for one in value.split())


def part_name(part: str) -> str:
    """What a part is called."""
    return str(gettext("Both languages")) if part == SHARED else str(LANGUAGE_NAMES[part])


def first_fields(kind: Kind) -> Iterator[Field]:
    """The fields of words that are always in sight; the others are folded."""
    return (field for field in kind.words if field.name not in FOLDED)


def folded_fields(kind: Kind) -> list[Field]:
    """The fields of words that are rarely needed."""
    return [field for field in kind.words if field.name in FOLDED]


FOLDED = (
    *("credits", "partners", "awards", "particulars"),
    *("original_url", "original_language", "original_label"),
)

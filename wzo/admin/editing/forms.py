"""The form of the edit page: which fields were submitted, and how fields and values are labelled."""

from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from wzo.cms.content_types import ContentType
from wzo.cms.drafts import is_field
from wzo.cms.fields import FACT, Fields
from wzo.cms.lists import get_choices
from wzo.cms.live_fields import fact_numbers
from wzo.cms.models import SHARED
from wzo.cms.queries import LOCALES, Draft
from wzo.i18n import LANGUAGES

# Empty facts at the end of the list, for new ones.
EMPTY_FACTS = 1


@dataclass(frozen=True)
class SubmittedFields:
    """The fields that were submitted; see drafts.save."""

    values: dict[str, Fields]
    base_revision_ids: dict[str, int]
    edit_session: str


def parse_fields(content_type: ContentType, form: MultiDict[str, str]) -> SubmittedFields:
    """Parse fields named `locale.field` and base revisions, `base.locale` or `base.locale.field`; ignore the rest.

    Several values of one field are its choices; an empty one among them says that the field was on the page.
    """
    values: dict[str, Fields] = {}
    base_revision_ids: dict[str, int] = {}
    for key in form:
        prefix, _, name = key.partition(".")
        if prefix == "base" and name.split(".")[0] in LOCALES:
            number = form[key]
            base_revision_ids[name] = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        elif prefix in LOCALES and is_field(content_type, prefix, name):
            values.setdefault(prefix, {})[name] = " ".join(dict.fromkeys(filter(None, form.getlist(key))))
    return SubmittedFields(values, base_revision_ids, form.get("edit_session", ""))


def parse_languages(text: str) -> list[str]:
    """Language codes separated by spaces, in the site's order; unknown ones are ignored."""
    wanted = text.split()
    return [code for code in LANGUAGES if code in wanted]


def facts_on_page(draft: Draft) -> list[int]:
    """The numbers of the facts that the page shows, with room for a new one."""
    numbers = fact_numbers(*(draft.fields[code] for code in LANGUAGES))
    next_number = (numbers or [0])[-1] + 1
    return [*numbers, *range(next_number, next_number + EMPTY_FACTS)]


def field_label(content_type: ContentType, name: str) -> str:
    """The label of a field, one of a fact included."""
    if name.startswith(f"{FACT}."):
        _, number, column = name.split(".")
        return {
            "figure": str(gettext("Fact %(number)s: figure", number=number)),
            "text": str(gettext("Fact %(number)s: explanation", number=number)),
            "source": str(gettext("Fact %(number)s: source", number=number)),
            "as_of": str(gettext("Fact %(number)s: date of the figure", number=number)),
        }[column]
    return next((str(field.label) for field in content_type.fields() if field.name == name), name)


def is_text(content_type: ContentType, name: str) -> bool:
    """Whether a field is typed rather than chosen."""
    field = next((field for field in content_type.fields() if field.name == name), None)
    return field is None or field.widget not in (
        "choice",
        "foreign_key",
        "many_to_many",
        "checkbox",
        "cover",
        "picture",
        "language",
    )


def value_label(content_type: ContentType, name: str, value: str) -> str:
    """The labels of what was chosen in a field."""
    field = next(field for field in content_type.fields() if field.name == name)
    if field.widget == "checkbox":
        return str(gettext("yes")) if value else str(gettext("no"))
    labels = dict(field.choices) or dict(get_choices(field.to) if field.to else ())
    return ", ".join(str(labels.get(one, one)) for one in value.split())


def locale_name(locale: str) -> str:
    """The name of a locale: a language, or all of them."""
    return str(gettext("All languages")) if locale == SHARED else str(LANGUAGES[locale].label)

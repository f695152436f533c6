"""The content type directory."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext

from wzo.cms.content_types import ChecklistItem, ContentType
from wzo.cms.fields import ANCHOR, COUNTRIES, Field, Fields, FieldValue
from wzo.cms.models import SHARED
from wzo.directory.models import DirectoryEntry, DirectoryEntryText, directory_entry_countries
from wzo.directory.services import LANGUAGE_NAMES, SERVICES
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.web_addresses import is_onion_address

FEWEST_DIGITS = 3


def _entry_path(entry: Any, language: str) -> str:
    return url_for("directory.index", lang=language, _anchor=entry.slug)


def _onion_error(value: FieldValue) -> str:
    if is_onion_address(value.value):
        return ""
    return str(gettext("%(label)s: enter a full address whose host ends in .onion.", label=value.label))


def _email_error(value: FieldValue) -> str:
    try:
        clean_email(value.value)
    except InvalidEmail:
        return str(gettext("%(label)s: enter one e-mail address, for example help@example.org.", label=value.label))
    return ""


def _phone_error(value: FieldValue) -> str:
    """A phone shows the number as a link, so it must have digits."""
    if sum(character.isdigit() for character in value.value) >= FEWEST_DIGITS:
        return ""
    return str(
        gettext("%(label)s: enter a number that can be called, for example +7 812 000-00-00.", label=value.label)
    )


def _check_reachable(fields: Fields) -> Iterator[ChecklistItem]:
    """Recommend the day on which the entry was last checked, and a way to reach them."""
    if not any(fields[name] for name in ("url", "onion_url", "email", "phone")):
        message = gettext("Give a website, an onion address, an e-mail address or a phone number, or a postal address.")
        yield ChecklistItem(message, f"{SHARED}.url", blocks=False)
    if not fields["checked_on"]:
        yield ChecklistItem(
            gettext("Enter the day on which you last checked that they can be reached."),
            f"{SHARED}.checked_on",
            blocks=False,
        )


DIRECTORY = ContentType(
    key="directory",
    name=lazy_gettext("Entry of the directory"),
    plural=lazy_gettext("Directory of help"),
    new_label=lazy_gettext("New entry"),
    menu_section="reading",
    model=DirectoryEntry,
    text=DirectoryEntryText,
    foreign_key="entry_id",
    endpoint="directory.index",
    where=lazy_gettext("On the page “Help for prisoners and their relatives”, which every page of the site links to."),
    searchable=("region", "safety"),
    translated_fields=(
        Field("title", lazy_gettext("Name"), help_text=lazy_gettext("Of the organisation or the person.")),
        Field(
            "summary",
            lazy_gettext("What they do"),
            "textarea",
            lazy_gettext("Whom they help, with what, and what to have ready before asking."),
            required=True,
        ),
        Field(
            "region", lazy_gettext("Region"), help_text=lazy_gettext("If left empty, they help in the whole country.")
        ),
        Field("postal_address", lazy_gettext("Postal address"), "textarea"),
        Field(
            "safety",
            lazy_gettext("Note on safety"),
            "textarea",
            lazy_gettext("How to reach them safely, and what could put a person at risk."),
        ),
    ),
    shared_fields=(
        Field(
            "services",
            lazy_gettext("What they help with"),
            "multiple_choice",
            choices=tuple(SERVICES.items()),
            required=True,
        ),
        replace(COUNTRIES, help_text=lazy_gettext("If you choose none, they help everywhere.")).through(
            directory_entry_countries
        ),
        Field(
            "languages",
            lazy_gettext("Languages that they speak"),
            "multiple_choice",
            choices=tuple(LANGUAGE_NAMES.items()),
        ),
        Field("url", lazy_gettext("Website"), "url", lazy_gettext("For example https://example.org")),
        Field(
            "onion_url",
            lazy_gettext("Onion address"),
            "url",
            lazy_gettext("Their address for Tor Browser, if they have one. It begins with http:// and ends in .onion."),
            validate=_onion_error,
        ),
        Field("email", lazy_gettext("E-mail address"), validate=_email_error),
        Field(
            "phone",
            lazy_gettext("Phone"),
            help_text=lazy_gettext("With the country code, for example +7 812 000-00-00."),
            validate=_phone_error,
        ),
        Field(
            "checked_on",
            lazy_gettext("Last checked"),
            "date",
            lazy_gettext(
                "The day on which one of you last reached them. Readers see it, and after some months “Today” asks you "
                "to check again."
            ),
        ),
        ANCHOR,
    ),
    check_shared=_check_reachable,
    path=_entry_path,
)
